/// A ``StreamAssembler`` as a value: changes go in, emissions come out, and time is an argument.
struct AssemblerState: Sendable {
    let configuration: StreamAssembler.Configuration
    private(set) var window: SampleWindow
    private var counters = AssemblerStatistics()
    private var rejections = RejectionLog()
    private(set) var ledger: Ledger
    private var namedHosts = NamedHosts()
    private var shadowed = ShadowedMembers()
    private var keysToRead: Set<ExactText> = []
    /// The parsed names of the keys in the window, and of those that have just left it.
    private var names: [ExactText: StreamKey] = [:]
    private var lastSeq: UInt64 = 0

    init(configuration: StreamAssembler.Configuration) {
        self.configuration = configuration
        window = SampleWindow(limits: configuration.limits, sealing: configuration.sealing)
        ledger = Ledger(perKey: configuration.limits.perKey)
    }

    var seq: UInt64 { lastSeq }
    var rememberedNames: Int { names.count }
    var shadowedMembers: Int { shadowed.count }

    var statistics: AssemblerStatistics {
        var statistics = counters
        statistics.samples = window.count
        statistics.bytes = window.byteCount
        statistics.keys = window.keyCount
        statistics.frames = window.frameCounters
        statistics.left = window.losses
        statistics.seq = lastSeq
        return statistics
    }

    /// - Parameter now: the daemon's clock, Unix epoch in ms.
    func depth(now: Double) -> WindowDepth { window.depth(now: now) }

    mutating func takeRejectionReports() -> [RejectionReport] {
        rejections.takeReports()
    }

    /// The keys whose content has to be told again, by ``Change/again(key:rows:)``: a member that did not count before may
    /// count now.
    mutating func takeKeysToRead() -> [String] {
        if keysToRead.isEmpty { return [] }
        defer { keysToRead = [] }
        return keysToRead.map(\.text)
    }

    /// Whether a sample of the window is held back from clients: its key names no host, and the host that the sample
    /// names has keys of its own.
    func isHeldBack(_ sample: HeldSample) -> Bool { isHeldBack(sample.traits, host: sample.host) }

    func isHeldBack(_ traits: Sample.Traits, host: String) -> Bool {
        !traits.contains(.isOfNamedKey) && namedHosts.contains(host)
    }

    /// - Parameter now: the daemon's clock, Unix epoch in ms.
    mutating func apply(_ changes: [Change], now: Double) -> [Emission] {
        var told = EmissionBuilder()
        for change in changes {
            let key = name(of: change.key)
            switch change {
            case .added(_, let rows):
                // Before clients get anything of the host itself, because the ids may be the same.
                if !rows.isEmpty, ledger[key.name] == nil { holdBackOthers(for: key, told: &told) }
                let samples = insert(rows, of: key, now: now, told: &told)
                counters.emitted += samples.count
                told.addSamples(samples, of: key.name)
            case .removed(_, let rows):
                let removed = rows.compactMap { row -> SampleOutline? in
                    ledger.remove(row, of: key.name)
                    return remove(row, of: key.name)
                }
                told.addGone(
                    samples: removed.filter { !isHeldBack($0.traits, host: $0.host) }.map(Emission.RemovedSample.init))
            case .trimmed(_, let rows):
                // The ledger keeps them: whoever comes back with an older mark held them too.
                let isFull = window.isFull(key.name)
                for row in rows {
                    // Whoever follows a key for which there is no more room lets them go as the window would.
                    if let sample = remove(row, of: key.name), isFull {
                        window.noteLost(of: key.name, time: min(sample.t, now))
                    }
                }
            case .again(_, let rows):
                shadowed.removeKey(key.name)
                told.addSamples(insert(rows, of: key, now: now, isAgain: true, told: &told), of: key.name)
            case .gone:
                // Clients are told even if all samples of the key have left the window by age, because they may still
                // hold some.
                let taken = takeAll(of: key)
                names.removeValue(forKey: ExactText(key.name))
                // For a key of the contract's shape, its name tells clients which samples to drop. Samples of other
                // keys are listed one by one.
                told.addGone(keys: Emission.RemovedKey.all(of: key, taken.origins), samples: taken.single)
                releaseOthers(from: key, told: &told)
            case .gap(_, let rows):
                let before = takeAll(of: key)
                if rows.isEmpty { releaseOthers(from: key, told: &told) } else { holdBackOthers(for: key, told: &told) }
                let samples = insert(rows, of: key, now: now, told: &told)
                counters.resynced += samples.count
                let origins = before.origins + samples.map { ($0.host, $0.probe) }
                told.addResync(Emission.RemovedKey.all(of: key, origins))
            case .passedOver(_, let count):
                counters.received += count
                counters.rejected[.tooFarInFuture, default: 0] += count
            }
        }
        expire(now: now)
        for change in changes {
            ledger.trim(change.key, to: window)
            countBesides(change.key)
        }
        return told.finish().map { kind in
            lastSeq += 1
            return Emission(seq: lastSeq, kind: kind, marks: marks(of: kind))
        }
    }

    mutating func expire(now: Double) {
        window.expire(now: now)
        ledger.trimWhenDue(to: window)
        shadowed.trimWhenDue(to: window)
        if names.count > 2 * window.keyCount + 64 { names = names.filter { window.holds(key: $0.key) } }
    }

    /// What is known of a key besides its samples takes room, too.
    private mutating func countBesides(_ key: String) {
        guard let samples = window.span(of: key)?.samples else { return }
        let bytes = configuration.limits.costs.besides(
            samples: samples, rows: ledger[key]?.count ?? 0, shadowed: shadowed.count(of: key))
        window.count(bytes, besides: key)
    }

    @discardableResult
    private mutating func remove(_ row: RowID, of key: String) -> SampleOutline? {
        guard let sample = window.remove(row, of: key) else {
            shadowed.remove(row, of: key)
            return nil
        }
        if shadowed.mayHold(id: sample.id, of: key) { keysToRead.insert(ExactText(key)) }
        return sample
    }

    /// Takes rows into the window, and gives the samples that are new there and may be told to clients.
    ///
    /// - Parameter isAgain: most of them came before, and are counted already.
    private mutating func insert(
        _ rows: [Row], of key: StreamKey, now: Double, isAgain: Bool = false, told: inout EmissionBuilder
    ) -> [Sample] {
        let samples = samples(in: rows, of: key, now: now, isAgain: isAgain)
        let arrivals = ledger.insert(samples.map(\.row), of: key.name, now: now)
        var inserted: [Sample] = []
        inserted.reserveCapacity(samples.count)
        var isAnyOld = false
        let newest = window.span(of: key.name)?.lastT ?? -.infinity
        for ((row, sample), arrival) in zip(samples, arrivals) {
            let isHeldBack = isHeldBack(sample.traits, host: sample.host)
            if min(sample.t, arrival) < now - configuration.limits.ageMs { isAnyOld = true }
            switch window.insert(sample, arrival: arrival, now: now) {
            case .added:
                if sample.t < newest, !isAgain { counters.late += 1 }
                if !isHeldBack { inserted.append(sample) }
            case .replaced(let earlier):
                if earlier.memberHash != sample.memberHash {
                    shadowed.add(RowID(earlier), id: earlier.id, of: key.name)
                }
                // Otherwise a client that sees only the earlier host or probe would keep the sample forever. And a
                // client that holds the earlier would take another of the same time for a duplicate.
                let isMoved = earlier.host != sample.host || earlier.probe != sample.probe
                let isTie = earlier.t == sample.t
                if isTie, let untold = inserted.lastIndex(where: { $0.memberHash == earlier.memberHash }) {
                    inserted.remove(at: untold)
                } else if isMoved || isTie || isHeldBack, !self.isHeldBack(earlier.traits, host: earlier.host) {
                    told.addGone(samples: [Emission.RemovedSample(earlier)])
                }
                if !isHeldBack { inserted.append(sample) }
            case .duplicate:
                if window.held(key: key.name, id: sample.id)?.memberHash != sample.memberHash {
                    shadowed.add(RowID(sample), id: sample.id, of: key.name)
                }
                if !isAgain { counters.duplicates += 1 }
                continue
            case .belowFloor:
                if !isAgain { counters.belowFloor += 1 }
                continue
            }
            if isHeldBack, !isAgain { reject(row, of: key, .hostSpokenFor, now: now) }
        }
        // What is older than its age is held among the newest of its key only: newer ones may have pushed it out at once.
        return isAnyOld ? inserted.filter { window.held(key: $0.key, id: $0.id)?.t == $0.t } : inserted
    }

    private mutating func samples(
        in rows: [Row], of key: StreamKey, now: Double, isAgain: Bool
    ) -> [(row: Row, sample: Sample)] {
        if !isAgain { counters.received += rows.count }
        return rows.compactMap { row in
            do throws(SampleRejection) {
                let sample = try Sample(
                    row, of: key, maxTime: now + configuration.maxSkewMs, maxBytes: configuration.maxMemberBytes)
                counters.detailsIgnored += sample.details.ignored
                return (row, sample)
            } catch {
                if !isAgain { reject(row, of: key, error, now: now) }
                return nil
            }
        }
    }

    private mutating func reject(_ row: Row, of key: StreamKey, _ reason: SampleRejection, now: Double) {
        counters.rejected[reason, default: 0] += 1
        rejections.add(reason, key: key, member: row.member, now: now)
    }

    /// Empties a key. Gives the hosts and probes of the samples that clients know, oldest first, and those samples that
    /// do not tell their key.
    private mutating func takeAll(
        of key: StreamKey
    ) -> (origins: [(host: String, probe: String)], single: [Emission.RemovedSample]) {
        let all = window.held(of: key.name).reversed()
        let told = key.isNamed ? Array(all) : all.filter { !isHeldBack($0) }
        let single = window.outlines(told.filter { !$0.traits.contains(.tellsKey) })
        window.removeKey(key.name)
        shadowed.removeKey(key.name)
        ledger.removeKey(key.name)
        return (told.map { ($0.host, $0.probe) }, single.map(Emission.RemovedSample.init))
    }

    /// A host now has a key of its own. Clients no longer get what keys without a host say about it.
    private mutating func holdBackOthers(for key: StreamKey, told: inout EmissionBuilder) {
        guard let host = namedHosts.insert(key) else { return }
        for (_, samples) in window.samples(claiming: host) {
            told.addGone(samples: window.outlines(samples).map(Emission.RemovedSample.init))
        }
    }

    /// A host has no key of its own any more. Clients again get what keys without a host say about it.
    private mutating func releaseOthers(from key: StreamKey, told: inout EmissionBuilder) {
        guard let host = namedHosts.remove(key) else { return }
        for (other, samples) in window.samples(claiming: host) {
            told.addSamples(window.read(samples), of: other)
        }
    }

    private mutating func name(of key: String) -> StreamKey {
        if let known = names[ExactText(key)] { return known }
        let parsed = StreamKey(key, prefix: configuration.prefix)
        names[ExactText(key)] = parsed
        return parsed
    }
}
