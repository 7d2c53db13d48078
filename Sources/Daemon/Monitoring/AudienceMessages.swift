import StreamAssembly

/// What one audience gets from a batch of emissions.
enum AudienceMessages: Sendable, Equatable {
    /// An event's name and its arguments, each one JSON text.
    struct Event: Sendable, Equatable {
        let name: String
        let arguments: [[UInt8]]
    }

    /// The events, in order.
    case events([Event])
    /// One of their keys has a gap, so a snapshot has to replace their state.
    case snapshot

    /// - Parameter meta: makes the second argument, from a `seq` and the marks of the keys in the event.
    init(_ batch: [Emission], for selection: Selection, meta: (UInt64, KeyMarks?) -> [UInt8]) {
        self.init(batch, selection.part, wants: selection.matches, meta: meta)
    }

    /// - Parameters:
    ///   - part: what of the samples the audience wants. Whoever wants details is told by another event what is gone,
    ///     and how far its keys are.
    ///   - wants: whether the audience wants a host and probe.
    init(
        _ batch: [Emission], _ part: SamplePart, wants: (_ host: String, _ probe: String) -> Bool,
        meta: (UInt64, KeyMarks?) -> [UInt8]
    ) {
        var drafts: [Draft] = []
        var (samples, bytes): ([Sample], Int) = ([], 0)
        var seq: UInt64 = 0
        var marks = KeyMarks()

        func flushSamples() {
            guard !samples.isEmpty else { return }
            drafts.append(
                Draft(
                    name: (part == .details ? ServerEvent.details : .dUpdates).rawValue,
                    argument: SampleList.encode(samples, part),
                    seq: seq, marks: marks, notes: SampleNotes(part == .details ? [] : samples)))
            samples.removeAll(keepingCapacity: true)
            bytes = 0
            marks = KeyMarks()
        }

        for emission in batch {
            switch emission.kind {
            case .samples(let new):
                let wanted = new.filter { wants($0.host, $0.probe) && (part != .details || !$0.details.isEmpty) }
                guard !wanted.isEmpty else { continue }
                let more = wanted.reduce(0) { $0 + $1.bytes.count }
                if bytes + more > Emission.mostBytes { flushSamples() }
                bytes += more
                samples += wanted
                seq = emission.seq
                marks.take(wanted.lazy.map(\.key), from: emission.marks)
            case .gone where part == .details: continue
            case .gone(let keys, let removed):
                let keys = keys.filter { wants($0.host, $0.probe) }
                let removed = removed.filter { wants($0.host, $0.probe) }
                guard !keys.isEmpty || !removed.isEmpty else { continue }
                flushSamples()
                var marks = KeyMarks()
                marks.take(keys.lazy.map(\.key), from: emission.marks)
                marks.take(removed.lazy.map(\.key), from: emission.marks)
                drafts.append(
                    Draft(
                        name: ServerEvent.gone.rawValue, argument: GoneList.encode(keys: keys, samples: removed),
                        seq: emission.seq,
                        marks: marks))
            case .resync(let keys):
                guard keys.contains(where: { wants($0.host, $0.probe) }) else { continue }
                self = .snapshot
                return
            }
        }
        flushSamples()
        self = .events(
            Self.settledByTheLast(drafts).map { draft in
                let told = meta(draft.seq, part == .details ? nil : draft.marks)
                return Event(name: draft.name, arguments: [draft.argument, draft.notes.added(to: told)])
            })
    }

    private struct Draft {
        let name: String
        let argument: [UInt8]
        let seq: UInt64
        var marks: KeyMarks
        var notes = SampleNotes([])
    }

    /// Marks say how a key is after all that was applied together, so the last event of a batch that names a key has its
    /// mark. A client that is cut off before that does not know how far it has come with this key.
    private static func settledByTheLast(_ drafts: [Draft]) -> [Draft] {
        guard var later = drafts.last?.marks, drafts.count > 1 else { return drafts }
        var drafts = drafts
        for index in drafts.indices.dropLast().reversed() {
            let own = drafts[index].marks
            drafts[index].marks.unsettle(later)
            later.take(own)
        }
        return drafts
    }
}
