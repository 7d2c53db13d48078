import StreamAssembly

/// An event that is encoded once, and all clients that get it.
struct Delivery: Equatable {
    let event: AudienceMessages.Event
    let receivers: [Audiences.ID]
}

extension Audiences {
    /// Turns a batch of emissions into events for the clients that get changes. Audiences that want the same part of
    /// the batch get the same event. A client whose key has a gap gets none, and is owed a snapshot from now on.
    ///
    /// - Parameter meta: makes the second argument, from a `seq`, the marks of the keys in the event, and the bounds of
    ///   those who get it.
    mutating func deliveries(
        of batch: [Emission], meta: (UInt64, KeyMarks?, SelectionBounds?) -> [UInt8]
    ) -> [Delivery] {
        guard isAnyoneTold else { return [] }
        var origins = BatchOrigins(batch)
        var deliveries: [Delivery] = []
        for (portion, members) in origins.portions(of: audiences) {
            let share = portion.share
            switch AudienceMessages(
                batch, portion.part, wants: { origins.isIn(share, host: $0, probe: $1) },
                meta: { meta($0, $1, portion.bounds) })
            {
            case .events(let events): deliveries += events.map { Delivery(event: $0, receivers: members) }
            case .snapshot: for id in members { owes(id, .resync) }
            }
        }
        return deliveries
    }
}

/// The hosts and probes in a batch of emissions, and who wants which of them.
private struct BatchOrigins {
    /// A part of the batch.
    enum Share: Hashable {
        case all
        /// A bit for each host and probe of the batch.
        case some([UInt64])
    }

    /// What is encoded once: all who want it share it.
    struct Portion: Hashable {
        let share: Share
        let part: SamplePart
        /// Those with other bounds have another `seq`.
        let bounds: SelectionBounds?
    }

    private let batch: [Emission]
    private var numbers: [StreamOrigin: Int] = [:]
    private var names: [(host: String, probe: String)] = []

    init(_ batch: [Emission]) {
        self.batch = batch
    }

    /// The portions that somebody wants, with the clients that want them. A client that wants nothing of the batch is in
    /// none.
    mutating func portions(
        of audiences: some Sequence<(selection: Selection, members: Set<String>)>
    ) -> [(portion: Portion, members: [String])] {
        var portions: [Portion: [String]] = [:]
        for (selection, members) in audiences {
            guard let share = share(of: selection) else { continue }
            portions[Portion(share: share, part: selection.part, bounds: selection.bounds), default: []] += members
        }
        return portions.map { (portion: $0.key, members: $0.value) }
    }

    func isIn(_ share: Share, host: String, probe: String) -> Bool {
        guard case .some(let words) = share else { return true }
        guard let number = numbers[StreamOrigin(host: host, probe: probe)] else { return false }
        return words[number / 64] & 1 << UInt64(number % 64) != 0
    }

    private mutating func share(of selection: Selection) -> Share? {
        guard selection.patterns > 0 else { return .all }
        // If everybody wants everything, no numbers are needed.
        if names.isEmpty { number() }
        var words = [UInt64](repeating: 0, count: (names.count + 63) / 64)
        var wanted = 0
        for (number, name) in names.enumerated() where selection.matches(host: name.host, probe: name.probe) {
            words[number / 64] |= 1 << UInt64(number % 64)
            wanted += 1
        }
        guard wanted > 0 else { return nil }
        return wanted == names.count ? .all : .some(words)
    }

    private mutating func number() {
        for emission in batch {
            switch emission.kind {
            case .samples(let samples): for sample in samples { number(sample.host, sample.probe) }
            case .gone(let keys, let samples):
                for key in keys { number(key.host, key.probe) }
                for sample in samples { number(sample.host, sample.probe) }
            case .resync(let keys): for key in keys { number(key.host, key.probe) }
            }
        }
    }

    private mutating func number(_ host: String, _ probe: String) {
        let origin = StreamOrigin(host: host, probe: probe)
        guard numbers[origin] == nil else { return }
        numbers[origin] = names.count
        names.append((host, probe))
    }
}
