import StreamAssembly

/// What one audience is told of a batch of emissions.
enum AudienceMessages: Sendable, Equatable {
    /// An event's name and its arguments, each one JSON text.
    struct Event: Sendable, Equatable {
        let name: String
        let arguments: [[UInt8]]
    }

    /// The events, in order.
    case events([Event])
    /// A key of theirs has a gap: a snapshot has to replace what they hold.
    case snapshot

    /// - Parameter meta: makes the second argument for a `seq`.
    init(_ batch: [Emission], for selection: Selection, meta: (UInt64) -> [UInt8]) {
        var events: [Event] = []
        var samples: [Sample] = []
        var samplesSeq: UInt64 = 0

        func flushSamples() {
            guard !samples.isEmpty else { return }
            events.append(
                Event(name: "dUpdates", arguments: [SampleList.encode(samples), meta(samplesSeq)]))
            samples.removeAll(keepingCapacity: true)
        }

        for emission in batch {
            switch emission.kind {
            case .samples(let new):
                let wanted = new.filter { selection.matches(host: $0.host, probe: $0.probe) }
                guard !wanted.isEmpty else { continue }
                samples += wanted
                samplesSeq = emission.seq
            case .gone(let keys, let removed):
                let keys = keys.filter { selection.matches(host: $0.host, probe: $0.probe) }
                let removed = removed.filter { selection.matches(host: $0.host, probe: $0.probe) }
                guard !keys.isEmpty || !removed.isEmpty else { continue }
                flushSamples()
                events.append(
                    Event(
                        name: "gone",
                        arguments: [GoneList.encode(keys: keys, samples: removed), meta(emission.seq)]))
            case .resync(let keys):
                guard keys.contains(where: { selection.matches(host: $0.host, probe: $0.probe) }) else { continue }
                self = .snapshot
                return
            }
        }
        flushSamples()
        self = .events(events)
    }
}
