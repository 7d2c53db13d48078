import JSONBytes
import Logging
import NIOCore
import SocketIOServer
import StreamAssembly

/// Joins the assembler and the browsers: changes go in; `updates`, `dUpdates` and `gone` go out.
///
/// For one client: `updates`, then every later change exactly once and in order, or a new `updates` with reason
/// `resync`. ``FeedState`` decides who is sent what, ``SnapshotDesk`` when a snapshot is made, ``ClientBudgets`` how much
/// a client may ask for; this reads the window, sets timers and sends. Lives on the event loop of the assembler and the
/// sockets; its methods are entered by `assumeIsolated`.
actor MonitoringFeed {
    /// What the feed has sent, for `/metrics`.
    struct Counters: Sendable, Equatable {
        var updates = 0
        var deltas = 0
        var resyncs = 0
        var busy = 0
        var excess = 0
    }

    let eventLoop: any EventLoop
    let assembler: StreamAssembler
    private let namespace: Namespace
    private let readiness: Readiness
    let logger: Logger
    private let clock: @Sendable () -> Int64

    private let matches: MatchTable
    private(set) var state: FeedState
    private var snapshots: SnapshotDesk
    var budgets: ClientBudgets
    var sockets: [String: Socket] = [:]
    /// Those that have asked for a heartbeat.
    private var listening: Set<String> = []
    var comparisons = Comparisons()
    var excessLog = LogThrottle()
    var counters = Counters()

    nonisolated var unownedExecutor: UnownedSerialExecutor { eventLoop.executor.asUnownedSerialExecutor() }

    /// - Parameters:
    ///   - epoch: names this run of the daemon.
    ///   - flush: the longest time for which changes gather.
    ///   - now: the daemon's clock, Unix epoch in ms.
    init(
        assembler: StreamAssembler, namespace: Namespace, epoch: String, limits: WindowLimits,
        sizes: SnapshotDesk.Sizes = SnapshotDesk.Sizes(), flush: TimeAmount, readiness: Readiness,
        addresses: AddressBudgets, eventLoop: any EventLoop, logger: Logger,
        now: @escaping @Sendable () -> Int64 = WallClock.milliseconds
    ) {
        self.assembler = assembler
        self.namespace = namespace
        self.eventLoop = eventLoop
        self.readiness = readiness
        self.logger = logger
        clock = now
        matches = MatchTable()
        state = FeedState(epoch: epoch, limits: limits, maxBytes: sizes.snapshot, flush: flush, matches: matches)
        snapshots = SnapshotDesk(sizes: sizes)
        budgets = ClientBudgets(addresses: addresses)
    }

    var clientCount: Int { state.audiences.count }
    var keyCount: Int { assembler.assumeIsolated { $0.statistics.keys } }
    private var now: Double { Double(clock()) }

    // MARK: Changes

    /// Takes what the follower read.
    func apply(_ changes: [Change]) {
        let time = now
        let (emissions, reports) = assembler.assumeIsolated { assembler in
            (assembler.apply(changes, now: time), assembler.takeRejectionReports())
        }
        for report in reports { logger.sampleRejected(report) }
        switch state.changed(emissions, now: time, at: .now()) {
        case .flush(let flush): send(flush)
        case .wait(let behind, let deadline):
            eventLoop.scheduleTask(deadline: deadline) {
                self.assumeIsolated { $0.goOn($0.state.deadlineReached(behind: behind)) }
            }
        case .join, nil: break
        }
    }

    private func goOn(_ action: FlushPolicy.ContinueAction) {
        if case .flush(let flush) = action { send(flush) }
    }

    /// Sends all that has gathered, and tells the policy when it is on the wire.
    private func send(_ flush: Int) {
        send(state.takePending(now: now)) { self.assumeIsolated { $0.goOn($0.state.flushCompleted(flush)) } }
    }

    /// - Parameter onWire: called once, later on the loop, when the clients that keep up have taken what was sent.
    private func send(_ deliveries: [Delivery], onWire: (@Sendable () -> Void)? = nil) {
        counters.deltas += deliveries.count
        for delivery in deliveries.dropLast() { broadcast(delivery) }
        // One loop flushes all sockets in turn: the last event's completion stands for the batch's.
        if let last = deliveries.last {
            broadcast(last, onWire: onWire)
        } else if let onWire {
            eventLoop.execute(onWire)
        }
        if state.audiences.isAnyoneOwed { serveSoon(in: .zero) }
    }

    private func broadcast(_ delivery: Delivery, onWire: (@Sendable () -> Void)? = nil) {
        let event = EncodedEvent(unchecked: delivery.event.name, arguments: delivery.event.arguments)
        namespace.broadcast(event, to: delivery.receivers.compactMap { sockets[$0] }, onWire: onWire)
    }

    /// Lets go what is too old; call it every second or so.
    func expire() {
        let time = now
        assembler.assumeIsolated { $0.expire(now: time) }
        matches.trim(keys: keyCount)
        budgets.addresses.trim(now: .now)
    }

    // MARK: Clients

    /// Takes a client that has connected with a selection.
    ///
    /// - Parameters:
    ///   - since: Where an earlier connection with the same selection ended.
    ///   - heartbeat: Whether it is told each second that the server is there.
    func join(_ socket: Socket, selection: Selection, since: StreamPosition?, heartbeat: Bool = false) {
        let id = socket.id
        sockets[id] = socket
        if heartbeat {
            listening.insert(id)
            // At once, so that it knows from the first moment that it will be told.
            socket.emit(heartbeatEvent)
        }
        budgets.joined(id, address: socket.handshake.remoteAddress, now: .now)
        state.joined(id, selection, since: since)
        compare(state.audiences.selection(of: id) ?? selection, for: id) { $0.welcome(id) }
    }

    func leave(_ id: String) {
        state.left(id)
        sockets[id] = nil
        listening.remove(id)
        budgets.left(id)
        comparisons.left(id)
    }

    /// Takes a client's new selection, whose snapshot is owed then.
    ///
    /// - Parameter answer: called once with the keys of the selection, before the snapshot is sent.
    func subscribe(_ id: String, to selection: Selection, answer: @escaping @Sendable ([KeySummary]) -> Void) {
        let selection = state.known(selection)
        send(state.subscribed(id, selection, now: now))
        compare(selection, for: id) { feed in
            answer(feed.assembler.assumeIsolated { $0.keys(selection) })
            feed.serveOwed()
        }
    }

    func pause(_ id: String) { send(state.paused(id, now: now)) }

    /// Sends what was missed; a snapshot where that is smaller or not everything is at hand.
    func resume(_ id: String) {
        if case .missed(let seq) = state.resumed(id), sendEmissions(to: id, after: seq) { return }
        serveOwed()
    }

    /// The outbox overflowed, events were dropped, and now it is empty: a snapshot stands for what was not sent.
    func lost(_ id: String) {
        state.lost(id)
        // Never at once: this may come amid a broadcast.
        serveSoon(in: .zero)
    }

    /// Tells the keys of what the client has selected.
    func keys(of id: String, answer: @escaping @Sendable ([KeySummary]) -> Void) {
        let selection = state.audiences.selection(of: id) ?? .all
        compare(selection, for: id) { feed in answer(feed.assembler.assumeIsolated { $0.keys(selection) }) }
    }

    /// Tells every client, or one, how it stands with Redis; those that pause too.
    func tell(_ report: ReadinessReport, to socket: Socket? = nil) {
        let event = EncodedEvent(unchecked: "status", arguments: [report.encode()])
        if let socket { return socket.emit(event) }
        namespace.broadcast(event, to: Array(sockets.values))
    }

    /// Tells those who asked for it that the server is there, so that silence says that nothing is new; call it each
    /// second. Not volatile: between two requests of a client that polls it would be lost.
    func beat() {
        guard !listening.isEmpty else { return }
        namespace.broadcast(heartbeatEvent, to: listening.compactMap { sockets[$0] })
    }

    private var heartbeatEvent: EncodedEvent {
        var writer = JSONWriter(reservingCapacity: 32)
        writer.beginObject()
        writer.key("now")
        writer.integer(clock())
        writer.endObject()
        return EncodedEvent(unchecked: "heartbeat", arguments: [writer.bytes])
    }

    // MARK: What a client missed

    private func welcome(_ id: String, isBeyondHistory: Bool = false) {
        switch state.returning(id, isLive: readiness.isLive, isBeyondHistory: isBeyondHistory) {
        case .notWaiting: serveOwed()
        case .emissions(let seq): if !sendEmissions(to: id, after: seq) { welcome(id, isBeyondHistory: true) }
        case .window: answer(id)
        case .later(let wait): eventLoop.scheduleTask(in: wait) { self.assumeIsolated { $0.answer(id) } }
        }
    }

    /// Redis is followed live: those who wait for it are told what they missed.
    func answerWaiting() {
        for id in state.audiences.waiting { answer(id) }
    }

    /// Sends what a client missed that another daemon served, or an earlier run of this one; else the window.
    private func answer(_ id: String) {
        guard case .waiting(let since) = state.audiences.standing(of: id) else { return }
        guard !sendSamples(to: id, since: since) else { return }
        state.owes(id, .connect)
        serveOwed()
    }

    /// False where a snapshot has to stand for what this daemon has emitted after `seq`.
    private func sendEmissions(to id: String, after seq: UInt64) -> Bool {
        state.missed(by: id, after: seq, now: now).map { send($0, to: id) } ?? false
    }

    /// Sends the samples that came after the position of an earlier connection, to whichever daemon that was; false
    /// where it cannot be shown that there was nothing else.
    private func sendSamples(to id: String, since: StreamPosition) -> Bool {
        guard let selection = state.audiences.selection(of: id) else { return false }
        let time = now
        let missed = assembler.assumeIsolated { assembler in
            assembler.missed(since: since, selection, now: time).map { ($0, assembler.marks(selection)) }
        }
        guard let (samples, marks) = missed else { return false }
        return send([state.missed(samples, marks: marks, now: time)], to: id)
    }

    /// Sends events to one client; false where a snapshot is smaller.
    private func send(_ events: [AudienceMessages.Event], to id: String) -> Bool {
        let size = events.reduce(0) { $0 + $1.arguments.reduce(0) { $0 + $1.count } }
        pay(Cost.encoding(bytes: size), id)
        guard sockets[id] != nil, let selection = state.audiences.selection(of: id) else { return false }
        let maxBytes = snapshots.sizes.snapshot
        let isWorthIt = state.areWorthSending(size) {
            assembler.assumeIsolated { $0.snapshot(selection, maxBytes: maxBytes) }.byteCount
        }
        guard isWorthIt else { return false }
        send(state.catchUp(id, with: events, now: now))
        return true
    }

    // MARK: Snapshots

    /// Sends the next snapshot that is owed, and comes back for the others.
    ///
    /// One is made at a time and then rested for as long as twice its making took, so that changes and heartbeats go
    /// on between them; all who are owed the same get the same bytes.
    private func serveOwed() {
        let began = ContinuousClock.now
        if let rest = snapshots.rest(now: began) { return serveSoon(in: rest) }
        guard let group = state.nextOwed(where: { mayGetSnapshot($0, now: began) }) else {
            // Who is congested tells when it is not; who has used up its budget is asked again.
            if state.audiences.isAnyoneOwed { serveSoon(in: .milliseconds(100)) }
            return
        }
        // Those who are told get what waits now: the snapshot contains it.
        send(state.takePending(now: now))
        sendSnapshot(snapshots.order(group, keys: keyCount))
        snapshots.ended(began: began, now: .now)
        if state.audiences.isAnyoneOwed { serveSoon(in: .zero) }
    }

    private func mayGetSnapshot(_ id: String, now: ContinuousClock.Instant) -> Bool {
        guard let socket = sockets[id], !comparisons.areUnderWay(for: id) else { return false }
        guard !socket.isCongested else {
            if snapshots.beginsToWait(id) {
                socket.whenClear {
                    self.assumeIsolated { feed in
                        feed.snapshots.endsToWait(id)
                        feed.serveOwed()
                    }
                }
            }
            return false
        }
        return budgets.hasLeft(id, now: now)
    }

    private func sendSnapshot(_ order: SnapshotDesk.Order) {
        let event = snapshots.made(order, seq: state.seq, now: .now) ?? make(order)
        let receivers = order.group.members.compactMap { sockets[$0] }
        let untaken = snapshots.sent(event, to: receivers.count)
        state.caughtUp(receivers.map(\.id))
        for socket in receivers {
            pay((Cost.encoding(bytes: event.byteCount) + Double(keyCount)) / Double(receivers.count), socket.id)
            socket.whenClear { self.assumeIsolated { $0.snapshots.taken(untaken) } }
        }
        namespace.broadcast(event, to: receivers)
        counters.updates += receivers.count
        if order.group.reason == .resync { counters.resyncs += receivers.count }
    }

    private func make(_ order: SnapshotDesk.Order) -> EncodedEvent {
        let selection = order.group.selection
        let (snapshot, marks) = assembler.assumeIsolated { assembler in
            (
                assembler.snapshot(selection, maxBytes: order.maxBytes),
                order.isMarked ? assembler.marks(selection) : nil
            )
        }
        let updates = state.updates(snapshot, reason: order.group.reason, marks: marks, now: now)
        let event = EncodedEvent(unchecked: updates.name, arguments: updates.arguments)
        snapshots.keep(event, for: order, seq: state.seq, now: .now)
        return event
    }

    private func serveSoon(in wait: TimeAmount) {
        guard snapshots.schedules() else { return }
        eventLoop.scheduleTask(in: wait) {
            self.assumeIsolated { feed in
                feed.snapshots.comes()
                feed.serveOwed()
            }
        }
    }
}
