/// What a ``StreamAssembler`` is, as a value: changes in, emissions out, time as an argument.
struct AssemblerState: Sendable {
    let configuration: StreamAssembler.Configuration
    private(set) var window: SampleWindow
    private var counters = AssemblerStatistics()
    private var rejections = RejectionLog()
    /// Parsed names of the keys in the window, and of those that just left it.
    private var names: [String: StreamKey] = [:]
    private var lastSeq: UInt64 = 0

    init(configuration: StreamAssembler.Configuration) {
        self.configuration = configuration
        window = SampleWindow(limits: configuration.limits)
    }

    var seq: UInt64 { lastSeq }

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
        var kinds: [Emission.Kind] = []
        for change in changes {
            switch change {
            case .added(let key, let rows):
                let samples = insert(rows, of: key, now: now)
                if !samples.isEmpty { Self.append(.samples(samples), to: &kinds) }
            case .removed(let key, let rows):
                let removed = rows.compactMap { window.remove($0, of: key) }
                    .map { Emission.RemovedSample(id: $0.id, host: $0.host, probe: $0.probe) }
                if !removed.isEmpty { Self.append(.gone(keys: [], samples: removed), to: &kinds) }
            case .gone(let key):
                // A key whose samples the window has let go by age is told all the same: clients may hold them still.
                let removed = removedKey(key)
                window.removeKey(key)
                names.removeValue(forKey: key)
                Self.append(.gone(keys: [removed], samples: []), to: &kinds)
            case .gap(let key, let rows):
                let removed = removedKey(key)
                window.removeKey(key)
                let samples = insert(rows, of: key, now: now)
                let host = removed.host.isEmpty ? samples.first?.host ?? "" : removed.host
                let probe = removed.probe.isEmpty ? samples.first?.probe ?? "" : removed.probe
                Self.append(.resync(keys: [.init(key: key, host: host, probe: probe)]), to: &kinds)
            }
        }
        window.expire(now: now)
        return kinds.map { kind in
            lastSeq += 1
            return Emission(seq: lastSeq, kind: kind)
        }
    }

    mutating func expire(now: Double) {
        window.expire(now: now)
        if names.count > 2 * window.keyCount + 64 { names = names.filter { window.someSample(of: $0.key) != nil } }
    }

    private mutating func insert(_ rows: [Row], of key: String, now: Double) -> [Sample] {
        let streamKey = name(of: key)
        var inserted: [Sample] = []
        inserted.reserveCapacity(rows.count)
        for row in rows {
            counters.received += 1
            let sample: Sample
            do throws(SampleRejection) {
                sample = try Sample(
                    row, of: streamKey, maxTime: now + configuration.maxSkewMs, maxBytes: configuration.maxMemberBytes)
            } catch {
                counters.rejected[error, default: 0] += 1
                rejections.add(error, key: key, member: row.member, now: now)
                continue
            }
            switch window.insert(sample, now: now) {
            case .added, .replaced:
                inserted.append(sample)
                counters.emitted += 1
            case .duplicate:
                counters.duplicates += 1
            case .belowFloor:
                counters.belowFloor += 1
            }
        }
        return inserted
    }

    private mutating func name(of key: String) -> StreamKey {
        if let known = names[key] { return known }
        let parsed = StreamKey(key, prefix: configuration.prefix)
        names[key] = parsed
        return parsed
    }

    private mutating func removedKey(_ key: String) -> Emission.RemovedKey {
        let parsed = name(of: key)
        let sample = parsed.isNamed ? nil : window.someSample(of: key)
        return Emission.RemovedKey(key: key, host: sample?.host ?? parsed.host, probe: sample?.probe ?? parsed.probe)
    }

    /// Adds a kind, joined with the last one where that keeps the order.
    private static func append(_ kind: Emission.Kind, to kinds: inout [Emission.Kind]) {
        switch (kinds.last, kind) {
        case (.samples(let earlier), .samples(let later)):
            kinds[kinds.count - 1] = .samples(earlier + later)
        case (.gone(let keys, let samples), .gone(let moreKeys, let moreSamples)):
            kinds[kinds.count - 1] = .gone(keys: keys + moreKeys, samples: samples + moreSamples)
        case (.resync(let earlier), .resync(let later)):
            kinds[kinds.count - 1] = .resync(keys: earlier + later)
        default:
            kinds.append(kind)
        }
    }

    // MARK: Reading

    func snapshot(_ selection: Selection, maxBytes: Int) -> Snapshot {
        var columns = window.keys.keys.sorted().compactMap { key -> [Sample]? in
            guard let any = window.someSample(of: key), selection.matches(host: any.host, probe: any.probe) else {
                return nil
            }
            return window.newest(selection.depth, of: key).filter { selection.matches(host: $0.host, probe: $0.probe) }
        }
        var chosen: [Sample] = []
        var bytes = 0
        var level = 0
        // Level by level from the newest, so that a cut leaves each key the same depth.
        while !columns.isEmpty {
            columns.removeAll { $0.count <= level }
            for column in columns {
                let sample = column[level]
                bytes += sample.bytes.count + sample.id.utf8.count + Snapshot.overhead
                guard bytes <= maxBytes else { return Snapshot(seq: lastSeq, samples: chosen, isCut: true) }
                chosen.append(sample)
            }
            level += 1
        }
        return Snapshot(seq: lastSeq, samples: chosen, isCut: false)
    }

    func keys(_ selection: Selection) -> [KeySummary] {
        window.keys.keys.sorted().compactMap { key in
            guard let any = window.someSample(of: key), selection.matches(host: any.host, probe: any.probe),
                let span = window.span(of: key)
            else { return nil }
            return KeySummary(
                key: key, host: any.host, probe: any.probe, samples: span.samples, firstT: span.firstT,
                lastT: span.lastT)
        }
    }
}
