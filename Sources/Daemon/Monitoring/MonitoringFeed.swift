import JSONBytes
import Logging
import NIOCore
import RealtimeServer
import StreamAssembly

/// Joins the assembler and the browsers: changes go in; `updates`, `dUpdates` and `gone` go out.
///
/// For one client: `updates`, then every later change exactly once and in order, or a new `updates` with reason
/// `resync`. Lives on the event loop of the assembler and the sockets; its methods are entered by `assumeIsolated`.
actor MonitoringFeed {
    /// What the feed has sent, for `/metrics`.
    struct Counters: Sendable, Equatable {
        var updates = 0
        var deltas = 0
        var resyncs = 0
    }

    /// One connected browser.
    private struct Client {
        let socket: Socket
        var selection: Selection
        var pause: Pause?
        /// Where it was, until it can be told what it missed; it gets nothing meanwhile.
        var since: StreamPosition?

        var isPaused: Bool { pause != nil }
        var isTold: Bool { pause == nil && since == nil }
    }

    /// A client that wants nothing for a while.
    private enum Pause {
        /// It knows all up to here.
        case since(seq: UInt64)
        /// What it knows is not what it has selected, or was cut short.
        case unknown
    }

    private let eventLoop: any EventLoop
    private let assembler: StreamAssembler
    private let namespace: Namespace
    private let epoch: String
    private let limits: WindowLimits
    private let maxSnapshotBytes: Int
    private let readiness: Readiness
    private let logger: Logger
    private let now: @Sendable () -> Int64

    private var clients: [String: Client] = [:]
    private var pending: [Emission] = []
    private var history: EmissionHistory
    private var policy: FlushPolicy
    private(set) var counters = Counters()

    nonisolated var unownedExecutor: UnownedSerialExecutor { eventLoop.executor.asUnownedSerialExecutor() }

    init(
        assembler: StreamAssembler, namespace: Namespace, epoch: String, limits: WindowLimits, maxSnapshotBytes: Int,
        flush: TimeAmount, readiness: Readiness,
        eventLoop: any EventLoop, logger: Logger, now: @escaping @Sendable () -> Int64 = WallClock.milliseconds
    ) {
        self.assembler = assembler
        self.namespace = namespace
        self.epoch = epoch
        self.limits = limits
        self.maxSnapshotBytes = maxSnapshotBytes
        self.eventLoop = eventLoop
        self.readiness = readiness
        self.logger = logger
        self.now = now
        policy = FlushPolicy(longest: flush)
        // Half the window: what it has let go is kept alive here, within the half of its bounds.
        history = EmissionHistory(
            maxSamples: limits.samples / 2, maxBytes: limits.bytes / 2, maxAgeMs: limits.ageMs)
    }

    var clientCount: Int { clients.count }

    // MARK: Changes

    /// Takes what the follower read.
    func apply(_ changes: [Change]) {
        let time = Double(now())
        let (emissions, reports) = assembler.assumeIsolated { assembler in
            (assembler.apply(changes, now: time), assembler.takeRejectionReports())
        }
        for report in reports { logger.sampleRejected(report) }
        for emission in emissions { history.append(emission, now: time) }
        guard !emissions.isEmpty, !clients.isEmpty else { return }
        pending += emissions
        switch policy.changesArrived(now: .now()) {
        case .flush(let flush):
            send(flush)
        case .wait(let behind, let deadline):
            eventLoop.scheduleTask(deadline: deadline) {
                self.assumeIsolated { $0.goOn($0.policy.deadlineReached(behind: behind)) }
            }
        case .join:
            break
        }
    }

    private func goOn(_ action: FlushPolicy.ContinueAction) {
        if case .flush(let flush) = action { send(flush) }
    }

    /// Sends all that waits, and tells the policy when it is on the wire.
    private func send(_ flush: Int) {
        sendPending { self.assumeIsolated { $0.goOn($0.policy.flushCompleted(flush)) } }
    }

    /// - Parameter onWire: called once, later on the loop, when the clients that keep up have taken what was sent.
    private func sendPending(onWire: (@Sendable () -> Void)? = nil) {
        let batch = pending
        pending.removeAll(keepingCapacity: true)
        // The frame depends on hosts and probes; the depth matters to snapshots alone.
        let audiences = Dictionary(grouping: clients.values.filter(\.isTold)) {
            Selection(hosts: $0.selection.hosts, probes: $0.selection.probes, depth: 1)
        }
        var deliveries: [(event: EncodedEvent, sockets: [Socket])] = []
        for (selection, members) in audiences {
            switch AudienceMessages(batch, for: selection, meta: { meta(seq: $0, marks: $1) }) {
            case .events(let events):
                let sockets = members.map(\.socket)
                // Encoded once for all who watch the same.
                deliveries += events.map { (EncodedEvent(event: $0.name, arguments: $0.arguments), sockets) }
            case .snapshot:
                for member in members { sendSnapshot(to: member.socket.id, reason: .resync) }
            }
        }
        counters.deltas += deliveries.count
        for (event, sockets) in deliveries.dropLast() { namespace.broadcast(event, to: sockets) }
        // One loop flushes all sockets in turn: the last event's completion stands for the batch's.
        if let (event, sockets) = deliveries.last {
            namespace.broadcast(event, to: sockets, onWire: onWire)
        } else if let onWire {
            eventLoop.execute(onWire)
        }
    }

    // MARK: Clients

    /// Takes a client that has connected with a selection.
    ///
    /// - Parameter since: Where an earlier connection with the same selection ended.
    func join(_ socket: Socket, selection: Selection, since: StreamPosition?) {
        // Those who are here get what waits now: what the newcomer is sent contains it.
        sendPending()
        clients[socket.id] = Client(socket: socket, selection: selection)
        guard let since else { return sendSnapshot(to: socket.id, reason: .connect) }
        if since.epoch == epoch, sendMissed(to: socket.id, after: since.seq) { return }
        guard since.hasMarks, !readiness.isLive else { return resume(socket.id, since: since) }
        // What this daemon has read of Redis so far says little.
        clients[socket.id]?.since = since
        let id = socket.id
        eventLoop.scheduleTask(in: Self.longestWait) { self.assumeIsolated { $0.answer(id) } }
    }

    /// How long a client waits for this daemon to have read Redis, before it gets the window as it is.
    private static let longestWait = TimeAmount.seconds(5)

    /// Redis is followed live: those who wait for it are told what they missed.
    func answerWaiting() {
        for (id, client) in clients where client.since != nil { answer(id) }
    }

    private func answer(_ id: String) {
        guard let since = clients[id]?.since else { return }
        // Those who are here get what waits now, the others have it in their answer.
        sendPending()
        clients[id]?.since = nil
        resume(id, since: since)
    }

    /// Sends what a client missed that another daemon served, or an earlier run of this one; else the window.
    private func resume(_ id: String, since: StreamPosition) {
        if !sendMissed(to: id, since: since) { sendSnapshot(to: id, reason: .connect) }
    }

    /// Tells every client, or one, how it stands with Redis; those that pause too.
    func tell(_ report: ReadinessReport, to socket: Socket? = nil) {
        let event = EncodedEvent(event: "status", arguments: [report.encode()])
        if let socket { return socket.emit(event) }
        namespace.broadcast(event, to: clients.values.map(\.socket))
    }

    func leave(_ id: String) {
        clients.removeValue(forKey: id)
    }

    /// - Returns: the keys of the new selection.
    func subscribe(_ id: String, to selection: Selection) -> [KeySummary] {
        clients[id]?.selection = selection
        clients[id]?.since = nil
        if clients[id]?.isPaused == true { clients[id]?.pause = .unknown }
        return keys(for: selection)
    }

    /// Sends `updates` for what the client has selected.
    func sendSnapshot(to id: String, reason: Meta.Reason) {
        guard let client = clients[id], client.isTold else { return }
        if !pending.isEmpty { sendPending() }
        let maxBytes = maxSnapshotBytes
        let (snapshot, marks) = assembler.assumeIsolated { assembler in
            (assembler.snapshot(client.selection, maxBytes: maxBytes), assembler.marks(client.selection))
        }
        let meta = meta(seq: snapshot.seq, reason: reason, marks: marks)
        client.socket.emit(EncodedEvent(event: "updates", arguments: [snapshot.encode(), meta]))
        counters.updates += 1
        if reason == .resync { counters.resyncs += 1 }
    }

    func pause(_ id: String) {
        guard clients[id]?.isPaused == false else { return }
        sendPending()
        let isUnanswered = clients[id]?.since != nil
        clients[id]?.since = nil
        clients[id]?.pause = isUnanswered ? .unknown : .since(seq: assembler.assumeIsolated { $0.seq })
    }

    /// Sends what was missed; a snapshot where that is smaller or not everything is at hand.
    func resume(_ id: String) {
        guard let pause = clients[id]?.pause else { return }
        sendPending()
        clients[id]?.pause = nil
        if case .since(let seq) = pause, sendMissed(to: id, after: seq) { return }
        sendSnapshot(to: id, reason: .resume)
    }

    /// Sends the emissions after `seq`, so that the client goes on where it was; false where a snapshot has to stand for
    /// them. Where there were none, an empty `dUpdates` says so.
    private func sendMissed(to id: String, after seq: UInt64) -> Bool {
        guard let client = clients[id], let missed = history.emissions(after: seq) else { return false }
        let messages = AudienceMessages(missed, for: client.selection) {
            meta(seq: $0, reason: .resume, marks: $1)
        }
        guard case .events(let events) = messages else { return false }
        return send(events, to: client)
    }

    /// Sends the samples that came after the position of an earlier connection, to whichever daemon that was; false
    /// where it cannot be shown that there was nothing else.
    private func sendMissed(to id: String, since: StreamPosition) -> Bool {
        guard let client = clients[id] else { return false }
        let time = Double(now())
        let (seq, missed) = assembler.assumeIsolated { assembler in
            (assembler.seq, assembler.missed(since: since, client.selection, now: time))
        }
        guard let missed else { return false }
        var marks = KeyMarks()
        marks.take(missed.lazy.map(\.key), from: assembler.assumeIsolated { $0.marks(client.selection) })
        let meta = SampleNotes(missed).added(to: meta(seq: seq, reason: .resume, marks: marks))
        return send([.init(name: "dUpdates", arguments: [SampleList.encode(missed), meta])], to: client)
    }

    /// Sends events to one client, at least one; false where a snapshot is smaller.
    private func send(_ events: [AudienceMessages.Event], to client: Client) -> Bool {
        var events = events
        let size = events.reduce(0) { $0 + $1.arguments.reduce(0) { $0 + $1.count } }
        guard size <= Self.worthComparing || isSmallerThanSnapshot(size, client.selection) else { return false }
        if events.isEmpty {
            let last = assembler.assumeIsolated { $0.seq }
            events = [.init(name: "dUpdates", arguments: [SampleList.encode([]), meta(seq: last, reason: .resume)])]
        }
        for event in events { client.socket.emit(EncodedEvent(event: event.name, arguments: event.arguments)) }
        counters.deltas += events.count
        return true
    }

    /// Bytes up to which a snapshot is not even made to compare.
    private static let worthComparing = 64 * 1024

    private func isSmallerThanSnapshot(_ size: Int, _ selection: Selection) -> Bool {
        let maxBytes = maxSnapshotBytes
        return size <= maxBytes
            && size <= assembler.assumeIsolated { $0.snapshot(selection, maxBytes: maxBytes) }.encode().count
    }

    /// The outbox overflowed, events were dropped, and now it is empty: a snapshot stands for what was not sent.
    func caughtUp(_ id: String) {
        if clients[id]?.isPaused == true {
            clients[id]?.pause = .unknown
        } else {
            sendSnapshot(to: id, reason: .resync)
        }
    }

    /// The keys of what the client has selected.
    func keys(of id: String) -> [KeySummary] {
        keys(for: clients[id]?.selection ?? .all)
    }

    func keys(for selection: Selection) -> [KeySummary] {
        assembler.assumeIsolated { $0.keys(selection) }
    }

    /// Lets go what is too old; call it every second or so.
    func expire() {
        let time = Double(now())
        assembler.assumeIsolated { $0.expire(now: time) }
    }

    private func meta(seq: UInt64, reason: Meta.Reason? = nil, marks: KeyMarks? = nil) -> [UInt8] {
        Meta(epoch: epoch, seq: seq, limits: limits, now: Double(now()), reason: reason, marks: marks).encode()
    }
}
