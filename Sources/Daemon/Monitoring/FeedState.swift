import NIOCore
import StreamAssembly

/// All rules of who is sent what, as a value. ``MonitoringFeed`` does what this decides.
///
/// Changes gather here, go out to clients, and are kept for a while for clients that come back. Before a client's
/// standing changes, the gathered changes are sent, so that a client that gets changes always knows everything up to
/// ``seq``. Times are arguments: `now` is the daemon's clock, Unix epoch in ms.
struct FeedState {
    typealias ID = Audiences.ID

    /// How to serve a client that continues an earlier connection.
    enum Return: Equatable {
        /// It does not wait for what it missed. For example, it is owed a snapshot.
        case notWaiting
        /// It came from this run, and the emissions since then may still be here.
        case emissions(after: UInt64)
        /// It came from another daemon or an earlier run. The window may show what it missed.
        case window
        /// As ``window``, but later, because this daemon has not read all of Redis yet.
        case later(TimeAmount)
    }

    /// How long a client waits until this daemon has read all of Redis. After that it gets the window as it is.
    private static let longestWait = TimeAmount.seconds(5)
    /// If the missed events have at most this many bytes, they are sent without comparing them with a snapshot.
    private static let worthComparing = 64 * 1024

    /// The history keeps samples as they came, while the window seals them. So its limits are small.
    private static let historySamples = 20_000
    private static let historyBytes = 16 << 20

    private var stamp: Stamp
    private let maxBytes: Int
    private(set) var audiences: Audiences
    /// Those who have chosen hosts whose details they want, by these: told, paused and owed as the others, but apart from
    /// what they are told of figures.
    private(set) var details: Audiences
    /// The last emission.
    private(set) var seq: UInt64 = 0
    private var pending: [Emission] = []
    private var history: EmissionHistory
    private var policy: FlushPolicy
    private var isTurnOfDetails = false

    /// - Parameters:
    ///   - epoch: names this run of the daemon.
    ///   - maxBytes: the most bytes of a snapshot, or of the events that replace one.
    ///   - flush: the longest time for which changes gather.
    ///   - prefix: the beginning of the keys, before the first colon.
    ///   - nextEpoch: names a count of ``BoundCounts``.
    init(
        epoch: String, limits: WindowLimits, maxBytes: Int, flush: TimeAmount, matches: MatchTable = MatchTable(),
        prefix: String = "sa", nextEpoch: @escaping @Sendable () -> String = { Epoch.random() }
    ) {
        stamp = Stamp(epoch: epoch, limits: limits, prefix: prefix, matches: matches, nextEpoch: nextEpoch)
        self.maxBytes = maxBytes
        audiences = Audiences(matches: matches)
        details = Audiences(matches: matches)
        policy = FlushPolicy(longest: flush)
        history = EmissionHistory(
            maxSamples: min(limits.samples / 2, Self.historySamples),
            maxBytes: min(limits.bytes / 2, Self.historyBytes), maxAgeMs: limits.ageMs)
    }

    /// Call it each second.
    ///
    /// - Parameter from: where the window begins, if it does not reach back as far as its age.
    mutating func holds(from: Double?, now: Double) {
        stamp.heldFrom = from
        let untold = pending.first?.seq ?? .max
        stamp.counts.trim(upTo: min(history.oldest, untold) - 1, now: now, ageMs: stamp.limits.ageMs)
    }

    // MARK: Changes

    /// Takes changes.
    ///
    /// - Returns: when they go out; nil if nobody gets them.
    mutating func changed(
        _ emissions: [Emission], now: Double, at deadline: NIODeadline
    ) -> FlushPolicy.ArrivalAction? {
        for emission in emissions { history.append(emission, now: now) }
        if !stamp.counts.isEmpty { stamp.counts.changed(emissions) }
        seq = emissions.last?.seq ?? seq
        guard !emissions.isEmpty, audiences.isAnyoneTold || details.isAnyoneTold else { return nil }
        pending += emissions
        return policy.changesArrived(now: deadline)
    }

    mutating func flushCompleted(_ flush: Int) -> FlushPolicy.ContinueAction { policy.flushCompleted(flush) }

    mutating func deadlineReached(behind flush: Int) -> FlushPolicy.ContinueAction {
        policy.deadlineReached(behind: flush)
    }

    /// The gathered changes, to be sent now.
    mutating func takePending(now: Double) -> [Delivery] {
        guard !pending.isEmpty else { return [] }
        let batch = pending
        pending.removeAll(keepingCapacity: true)
        let stamp = stamp
        func meta(_ seq: UInt64, _ marks: KeyMarks?, _ bounds: SelectionBounds?) -> [UInt8] {
            stamp.meta(seq, within: bounds, marks: marks, now: now)
        }
        // Figures first: details say more of samples that are known by then.
        return audiences.deliveries(of: batch, meta: meta) + details.deliveries(of: batch, meta: meta)
    }

    // MARK: Clients

    /// The equal selection of another client, if there is one, so that both share what it remembers.
    func known(_ selection: Selection) -> Selection {
        selection.part == .details ? details.known(selection) : audiences.known(selection)
    }

    /// - Parameter since: where an earlier connection with the same selection ended.
    mutating func joined(_ id: ID, _ selection: Selection, since: StreamPosition?) {
        stamp.counts.joined(within: selection.bounds, seq: seq)
        audiences.joined(id, selection, since: since)
    }

    mutating func left(_ id: ID) {
        if let selection = audiences.selection(of: id) { stamp.counts.left(within: selection.bounds) }
        audiences.left(id)
        details.left(id)
    }

    /// The client selects something else, and is owed a snapshot of it.
    mutating func subscribed(_ id: ID, _ selection: Selection, now: Double) -> [Delivery] {
        let deliveries = takePending(now: now)
        audiences.subscribed(id, selection)
        return deliveries
    }

    mutating func paused(_ id: ID, now: Double) -> [Delivery] {
        let deliveries = takePending(now: now)
        audiences.paused(id, seq: seq)
        details.paused(id, seq: seq)
        return deliveries
    }

    mutating func resumed(_ id: ID) -> Audiences.Resumption {
        // Details of the past are not kept beside the window: the newest are told again.
        _ = details.resumed(id)
        return audiences.resumed(id)
    }

    /// Events for the client were dropped.
    mutating func lost(_ id: ID) {
        audiences.lost(id)
        details.lost(id)
    }

    /// The client wants details of other hosts from now on, the newest of which it is owed; nil for nobody's.
    mutating func chose(_ id: ID, _ selection: Selection?, now: Double) -> [Delivery] {
        guard let standing = audiences.standing(of: id) else { return [] }
        let deliveries = takePending(now: now)
        details.left(id)
        if let selection {
            details.joined(id, selection)
            details.subscribed(id, selection)
            if standing.isPaused { details.paused(id, seq: seq) }
        }
        return deliveries
    }

    // MARK: What a client missed

    /// - Parameters:
    ///   - isLive: whether this daemon has read all of Redis.
    ///   - isBeyondHistory: whether the emissions since then are not here any more, or are too many.
    func returning(_ id: ID, isLive: Bool, isBeyondHistory: Bool = false) -> Return {
        guard case .waiting(let since) = audiences.standing(of: id) else { return .notWaiting }
        if !isBeyondHistory, let seq = seq(of: since, within: audiences.selection(of: id)?.bounds) {
            return .emissions(after: seq)
        }
        return since.hasMarks && !isLive ? .later(Self.longestWait) : .window
    }

    /// The emission to which a client had come; nil where it came from another run.
    private func seq(of since: StreamPosition, within bounds: SelectionBounds?) -> UInt64? {
        guard since.epoch == stamp.epoch(within: bounds) else { return nil }
        guard let bounds else { return since.seq }
        return stamp.counts.seq(told: since.seq, within: bounds, last: seq)
    }

    /// The emissions that a client of that selection may have missed. Whoever has bounds missed nothing while only others
    /// wrote, however much that was.
    private func emissions(after seq: UInt64, _ selection: Selection) -> [Emission]? {
        guard let bounds = selection.bounds else { return history.emissions(after: seq) }
        return history.emissions(after: stamp.counts.seq(passing: seq, within: bounds, last: self.seq))
    }

    /// The events that bring a client from `seq` to now; nil if it needs a snapshot.
    func missed(by id: ID, after seq: UInt64, now: Double) -> [AudienceMessages.Event]? {
        guard let selection = audiences.selection(of: id), let missed = emissions(after: seq, selection),
            case .events(let events) = AudienceMessages(
                missed, for: selection,
                meta: { stamp.meta($0, within: selection.bounds, reason: .resume, marks: $1, now: now) })
        else { return nil }
        return events
    }

    /// How long these events would be, nearly: nothing is written for it. Nil if the client needs a snapshot, or if they
    /// would be longer than `maxBytes`.
    func missedBytes(by id: ID, after seq: UInt64, maxBytes: Int) -> Int? {
        guard let selection = audiences.selection(of: id) else { return nil }
        return emissions(after: seq, selection).flatMap { Self.bytes(of: $0, selection, maxBytes: maxBytes) }
    }

    private static func bytes(of emissions: [Emission], _ selection: Selection, maxBytes: Int) -> Int? {
        var bytes = 0
        for emission in emissions {
            switch emission.kind {
            case .samples(let samples):
                for sample in samples where selection.matches(host: sample.host, probe: sample.probe) {
                    bytes += sample.size(of: selection.part) + 1
                }
            case .gone(let keys, let samples):
                for key in keys where selection.matches(host: key.host, probe: key.probe) {
                    bytes += key.size
                }
                for sample in samples where selection.matches(host: sample.host, probe: sample.probe) {
                    bytes += sample.size
                }
            case .resync(let keys):
                if keys.contains(where: { selection.matches(host: $0.host, probe: $0.probe) }) { return nil }
            }
            if bytes > maxBytes { return nil }
        }
        return bytes
    }

    /// The event with the samples that the window has and the client has not.
    ///
    /// - Parameter marks: those of their keys.
    func missed(_ samples: [Sample], of selection: Selection, marks: KeyMarks, now: Double) -> AudienceMessages.Event {
        var told = KeyMarks()
        told.take(samples.lazy.map(\.key), from: marks)
        let meta = SampleNotes(samples).added(
            to: stamp.meta(seq, within: selection.bounds, reason: .resume, marks: told, now: now))
        return .init(
            name: ServerEvent.dUpdates.rawValue, arguments: [SampleList.encode(samples, selection.part), meta])
    }

    /// Whether to send missed events, rather than a snapshot.
    func areWorthSending(_ size: Int, snapshotBytes: () -> Int) -> Bool {
        size <= Self.worthComparing || size <= maxBytes && size <= snapshotBytes()
    }

    /// Sends the client what it missed, or at least an empty event. From now on it gets changes.
    mutating func catchUp(_ id: ID, with events: [AudienceMessages.Event], now: Double) -> [Delivery] {
        // The events already contain the changes that wait for the others.
        let deliveries = takePending(now: now)
        audiences.caughtUp(id)
        let bounds = audiences.selection(of: id)?.bounds
        let nothing = AudienceMessages.Event(
            name: ServerEvent.dUpdates.rawValue,
            arguments: [
                SampleList.encode([]), stamp.meta(seq, within: bounds, reason: .resume, marks: nil, now: now),
            ])
        return deliveries + (events.isEmpty ? [nothing] : events).map { Delivery(event: $0, receivers: [id]) }
    }

    /// It is not possible to tell the client what it missed, so it is owed a snapshot.
    mutating func owes(_ id: ID, _ reason: Meta.Reason) { audiences.owes(id, reason) }

    // MARK: Snapshots

    /// The clients for the next snapshot, of those that may get one now.
    ///
    /// Snapshots of details and others take turns, so that those who ask for the ones never hold up the others.
    mutating func nextOwed(where mayGet: (ID) -> Bool) -> Audiences.Group? {
        isTurnOfDetails.toggle()
        if isTurnOfDetails { return details.nextOwed(where: mayGet) ?? audiences.nextOwed(where: mayGet) }
        return audiences.nextOwed(where: mayGet) ?? details.nextOwed(where: mayGet)
    }

    var isAnyoneOwed: Bool { audiences.isAnyoneOwed || details.isAnyoneOwed }

    /// The event for a group that is owed a snapshot.
    func updates(
        _ snapshot: Snapshot, within bounds: SelectionBounds? = nil, reason: Meta.Reason, marks: KeyMarks?, now: Double
    ) -> AudienceMessages.Event {
        .init(
            name: (snapshot.part == .details ? ServerEvent.details : .updates).rawValue,
            arguments: [
                snapshot.encode(), stamp.meta(snapshot.seq, within: bounds, reason: reason, marks: marks, now: now),
            ])
    }

    /// The events that bring up to now who is sent a snapshot that contains all up to `seq`; nil if they are longer than
    /// `maxBytes`, or not known any more. Then a new snapshot is needed.
    func since(
        _ seq: UInt64, for selection: Selection, maxBytes: Int, now: Double
    ) -> [AudienceMessages.Event]? {
        guard let since = history.emissions(after: seq), Self.bytes(of: since, selection, maxBytes: maxBytes) != nil,
            case .events(let events) = AudienceMessages(
                since, for: selection,
                meta: { stamp.meta($0, within: selection.bounds, marks: $1, now: now) })
        else { return nil }
        return events
    }

    /// The clients are sent a snapshot of that part, and are told its changes from now on.
    mutating func caughtUp(_ members: [ID], _ part: SamplePart = .whole) {
        for id in members {
            if part == .details { details.caughtUp(id) } else { audiences.caughtUp(id) }
        }
    }
}
