/// What a ``StreamAssembler`` is, as a value: changes in, emissions out, time as an argument.
struct AssemblerState: Sendable {
    let configuration: StreamAssembler.Configuration
    private(set) var window: SampleWindow
    private var counters = AssemblerStatistics()
    private var rejections = RejectionLog()
    /// Parsed names of the keys in the window, and of those that just left it.
    private var names: [ExactText: StreamKey] = [:]
    private var lastSeq: UInt64 = 0

    init(configuration: StreamAssembler.Configuration) {
        self.configuration = configuration
        window = SampleWindow(limits: configuration.limits)
    }

    var seq: UInt64 { lastSeq }
    var rememberedNames: Int { names.count }

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
        for change in changes {
            switch change {
            case .added(let key, let rows):
                let samples = insert(rows, of: name(of: key), now: now, told: &told)
                counters.emitted += samples.count
                told.addSamples(samples, of: key)
            case .removed(let key, let rows):
                told.addGone(samples: rows.compactMap { window.remove($0, of: key) }.map(Emission.RemovedSample.init))
            case .gone(let key):
                // A key whose samples the window has let go by age is told all the same: clients may hold them still.
                let key = name(of: key)
                let samples = key.isNamed ? [] : window.newest(.max, of: key.name).reversed()
                window.removeKey(key.name)
                names.removeValue(forKey: ExactText(key.name))
                // Only a key of the contract's shape tells clients whose samples to drop.
                told.addGone(
                    keys: Emission.RemovedKey.all(of: key, samples), samples: samples.map(Emission.RemovedSample.init))
            case .gap(let key, let rows):
                let key = name(of: key)
                let before = key.isNamed ? [] : window.newest(.max, of: key.name).reversed()
                window.removeKey(key.name)
                let samples = insert(rows, of: key, now: now, told: &told)
                counters.resynced += samples.count
                told.addResync(Emission.RemovedKey.all(of: key, before + samples))
            }
        }
        expire(now: now)
        return told.finish().map { kind in
            lastSeq += 1
            return Emission(seq: lastSeq, kind: kind)
        }
    }

    mutating func expire(now: Double) {
        window.expire(now: now)
        if names.count > 2 * window.keyCount + 64 { names = names.filter { window.holds(key: $0.key) } }
    }

    /// Takes the rows that are samples into the window and gives those that are new there.
    private mutating func insert(
        _ rows: [Row], of key: StreamKey, now: Double, told: inout EmissionBuilder
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
            switch window.insert(sample, now: now) {
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
            case .belowFloor:
                counters.belowFloor += 1
            }
        }
        return inserted
    }

    private mutating func name(of key: String) -> StreamKey {
        if let known = names[ExactText(key)] { return known }
        let parsed = StreamKey(key, prefix: configuration.prefix)
        names[ExactText(key)] = parsed
        return parsed
    }
}
