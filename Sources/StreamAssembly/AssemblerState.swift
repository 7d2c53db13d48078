/// What a ``StreamAssembler`` is, as a value: changes in, emissions out, time as an argument.
struct AssemblerState: Sendable {
    let configuration: StreamAssembler.Configuration
    private(set) var window: SampleWindow
    private var counters = AssemblerStatistics()
    private var rejections = RejectionLog()
    private var copies: MemberCopies
    private(set) var ledger: Ledger
    /// Parsed names of the keys in the window, and of those that just left it.
    private var names: [ExactText: StreamKey] = [:]
    private var lastSeq: UInt64 = 0

    init(configuration: StreamAssembler.Configuration) {
        self.configuration = configuration
        window = SampleWindow(limits: configuration.limits)
        copies = MemberCopies(limit: MemberCopies.limit(configuration.limits))
        ledger = Ledger(perKey: configuration.limits.perKey)
    }

    var seq: UInt64 { lastSeq }
    var rememberedNames: Int { names.count }
    var rememberedCopies: Int { copies.count }

    var statistics: AssemblerStatistics {
        var statistics = counters
        statistics.samples = window.count
        statistics.bytes = window.byteCount
        statistics.keys = window.keyCount
        statistics.seq = lastSeq
        return statistics
    }

    mutating func takeRejectionReports() -> [RejectionReport] {
        rejections.takeReports()
    }

    /// - Parameter now: the daemon's clock, Unix epoch in ms.
    mutating func apply(_ changes: [Change], now: Double) -> [Emission] {
        var told = EmissionBuilder()
        var displaced: [Sample] = []
        for change in changes {
            switch change {
            case .added(let key, let rows):
                let samples = insert(rows, of: name(of: key), now: now, displaced: &displaced, told: &told)
                counters.emitted += samples.count
                told.addSamples(samples, of: key)
            case .removed(let key, let rows):
                let removed = rows.compactMap { row -> Sample? in
                    ledger.remove(row, of: key)
                    if let sample = window.remove(row, of: key) { return sample }
                    copies.forget(row, in: key)
                    return nil
                }
                told.addGone(samples: removed.map(Emission.RemovedSample.init))
                passOn(removed, now: now, displaced: &displaced, told: &told)
            case .gone(let key):
                // A key whose samples the window has let go by age is told all the same: clients may hold them still.
                let key = name(of: key)
                let samples = takeAll(of: key)
                names.removeValue(forKey: ExactText(key.name))
                // A key of the contract's shape tells clients whose samples to drop; others are told one by one.
                let unnamed = key.isNamed ? samples.filter { !$0.tellsItsOrigin } : samples
                told.addGone(
                    keys: Emission.RemovedKey.all(of: key, samples), samples: unnamed.map(Emission.RemovedSample.init))
                passOn(samples, now: now, displaced: &displaced, told: &told)
            case .gap(let key, let rows):
                let key = name(of: key)
                let before = takeAll(of: key)
                passOn(before, now: now, displaced: &displaced, told: &told)
                let samples = insert(rows, of: key, now: now, displaced: &displaced, told: &told)
                counters.resynced += samples.count
                told.addResync(Emission.RemovedKey.all(of: key, before + samples))
            }
            settle(&displaced, now: now, told: &told)
        }
        expire(now: now)
        for change in changes { ledger.trim(change.key, to: window) }
        return told.finish().map { kind in
            lastSeq += 1
            return Emission(seq: lastSeq, kind: kind, marks: marks(of: kind))
        }
    }

    mutating func expire(now: Double) {
        window.expire(now: now)
        let window = window
        copies.keepWhenDue(held: window.count) { window[$0] != nil }
        ledger.trimWhenDue(to: window)
        if names.count > 2 * window.keyCount + 64 { names = names.filter { window.holds(key: $0.key) } }
    }

    /// Takes the rows that are samples into the window and gives those that are new there.
    private mutating func insert(
        _ rows: [Row], of key: StreamKey, now: Double, displaced: inout [Sample], told: inout EmissionBuilder
    ) -> [Sample] {
        var inserted: [Sample] = []
        inserted.reserveCapacity(rows.count)
        for row in rows {
            counters.received += 1
            let sample: Sample
            do throws(SampleRejection) {
                sample = try Sample(
                    row, of: key, maxTime: now + configuration.maxSkewMs, maxBytes: configuration.maxMemberBytes)
            } catch {
                counters.rejected[error, default: 0] += 1
                rejections.add(error, key: key.name, member: row.member, now: now)
                continue
            }
            ledger.withKey(key.name) { $0.insert(row, id: sample.id) }
            switch window.insert(sample, now: now, displaced: &displaced) {
            case .added:
                inserted.append(sample)
            case .replaced(let earlier):
                // A client that sees the earlier one's host or probe only would keep it for ever.
                if earlier.host != sample.host || earlier.probe != sample.probe {
                    told.addGone(samples: [Emission.RemovedSample(earlier)])
                }
                inserted.append(sample)
            case .duplicate:
                counters.duplicates += 1
                noteCopy(of: sample)
            case .belowFloor:
                counters.belowFloor += 1
            }
        }
        return inserted
    }

    /// Empties a key; gives what it held, oldest first.
    private mutating func takeAll(of key: StreamKey) -> [Sample] {
        let samples: [Sample] = window.newest(.max, of: key.name).reversed()
        window.removeKey(key.name)
        copies.forget(key: key.name)
        ledger.removeKey(key.name)
        return samples
    }

    /// Remembers a member that the window has from another key.
    private mutating func noteCopy(of sample: Sample) {
        guard let held = window[sample.id], ExactText(held.key) != ExactText(sample.key), held.t == sample.t,
            held.bytes == sample.bytes
        else { return }
        copies.add(held, in: sample.key)
    }

    /// Samples that another key holds as well stay, as that key's.
    private mutating func passOn(
        _ samples: [Sample], now: Double, displaced: inout [Sample], told: inout EmissionBuilder
    ) {
        for sample in samples {
            guard let passed = pass(sample, now: now, displaced: &displaced) else { continue }
            told.addSamples([passed], of: passed.key)
        }
    }

    /// Samples that their own key has no room for stay as another's.
    private mutating func settle(_ displaced: inout [Sample], now: Double, told: inout EmissionBuilder) {
        while let sample = displaced.popLast() {
            guard let passed = pass(sample, now: now, displaced: &displaced),
                passed.host != sample.host || passed.probe != sample.probe
            else { continue }
            told.addGone(samples: [Emission.RemovedSample(sample)])
            told.addSamples([passed], of: passed.key)
        }
    }

    /// Gives a sample that has left the window to a key that holds it and has room for it.
    private mutating func pass(_ sample: Sample, now: Double, displaced: inout [Sample]) -> Sample? {
        while window[sample.id] == nil, let heir = copies.takeHeir(of: sample) {
            let row = Row(score: sample.t, member: sample.bytes, memberHash: sample.memberHash)
            guard let passed = try? Sample(row, of: name(of: heir), maxTime: .infinity, maxBytes: .max),
                window.insert(passed, now: now, displaced: &displaced) == .added
            else { continue }
            ledger.withKey(heir) { $0.insert(row, id: passed.id) }
            return passed
        }
        return nil
    }

    private mutating func name(of key: String) -> StreamKey {
        if let known = names[ExactText(key)] { return known }
        let parsed = StreamKey(key, prefix: configuration.prefix)
        names[ExactText(key)] = parsed
        return parsed
    }
}
