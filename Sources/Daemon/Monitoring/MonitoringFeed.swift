import Access
import DequeModule
import KeyspaceFollower
import Logging
import NIOCore
import SocketIOServer
import StreamAssembly

/// Connects the assembler and the browsers: changes go in, and `updates`, `dUpdates` and `gone` go out.
///
/// A client gets `updates`, and then every later change exactly once and in order, or a new `updates` with reason
/// `resync`. ``FeedState`` decides who is sent what, ``SnapshotDesk`` when a snapshot is made, ``ClientBudgets`` how
/// much a client may ask for; this reads the window, sets timers and sends. It lives on the event loop of the assembler
/// and the sockets, and is entered by `assumeIsolated`.
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
    let readiness: Readiness
    let logger: Logger
    let clock: @Sendable () -> Int64

    private let matches: MatchTable
    var state: FeedState
    var snapshots: SnapshotDesk
    var budgets: ClientBudgets
    var sockets: ClientSockets
    var comparisons = Comparisons()
    var answers = UntakenAnswers()
    /// The clients that come back, in line.
    var returning: Deque<Returning> = []
    var isTurnOfReturning = false
    var seriesDesk = SeriesDesk()
    var excessLog = LogThrottle()
    private let limits: WindowLimits
    private var depthWatch = DepthWatch()
    /// Where clients with few keys stood when they paused: what they miss may be longer than the history.
    var pauses: [Audiences.ID: StreamPosition] = [:]
    private static let keysOfPauseAtMost = 64
    var counters = Counters()
    var times = FeedTimes()
    /// Nil unless the log level is `trace`.
    private var trace: RoundTrace?

    nonisolated var unownedExecutor: UnownedSerialExecutor { eventLoop.executor.asUnownedSerialExecutor() }

    /// - Parameters:
    ///   - epoch: names this run of the daemon.
    ///   - prefix: the beginning of the keys, before the first colon.
    ///   - flush: the longest time for which changes gather.
    ///   - now: the daemon's clock, Unix epoch in ms.
    init(
        assembler: StreamAssembler, namespace: Namespace, epoch: String, limits: WindowLimits, prefix: String = "sa",
        sizes: SnapshotDesk.Sizes = SnapshotDesk.Sizes(), flush: TimeAmount, readiness: Readiness,
        addresses: AddressBudgets, eventLoop: any EventLoop, logger: Logger,
        now: @escaping @Sendable () -> Int64 = WallClock.milliseconds
    ) {
        self.assembler = assembler
        self.eventLoop = eventLoop
        self.readiness = readiness
        self.logger = logger
        self.limits = limits
        clock = now
        matches = MatchTable()
        state = FeedState(
            epoch: epoch, limits: limits, maxBytes: sizes.snapshot, flush: flush, matches: matches, prefix: prefix)
        snapshots = SnapshotDesk(sizes: sizes)
        budgets = ClientBudgets(addresses: addresses)
        sockets = ClientSockets(namespace: namespace)
        trace = logger.logLevel <= .trace ? RoundTrace() : nil
    }

    var clientCount: Int { state.audiences.count }
    var keyCount: Int { assembler.assumeIsolated { $0.statistics.keys } }
    var windowBytes: Int { assembler.assumeIsolated { $0.statistics.bytes } }
    var now: Double { Double(clock()) }

    // MARK: Changes

    /// Gets, on the event loop, how the changes came that ``apply(_:)`` gets next.
    func read(_ reading: ReadingTimes) {
        times.read(reading)
        trace?.read(reading)
    }

    /// Takes changes that the follower read, and gives the keys that it needs once more as a whole.
    func apply(_ changes: [Change]) -> [String] {
        let (time, began) = (now, NIODeadline.now())
        let (emissions, reports, keys) = assembler.assumeIsolated { assembler in
            (assembler.apply(changes, now: time), assembler.takeRejectionReports(), assembler.takeKeysToRead())
        }
        for report in reports { logger.sampleRejected(report) }
        let applied = NIODeadline.now()
        let action = state.changed(emissions, now: time, at: applied)
        times.applied(began: began, ended: applied, action)
        trace?.applied(emissions, isSent: action != nil, now: applied)
        switch action {
        case .flush(let flush): send(flush)
        case .wait(let behind, let deadline):
            eventLoop.scheduleTask(deadline: deadline) {
                self.assumeIsolated { $0.goOn($0.state.deadlineReached(behind: behind)) }
            }
        case .join, nil: break
        }
        return keys
    }

    private func goOn(_ action: FlushPolicy.ContinueAction) {
        if case .flush(let flush) = action { send(flush) }
    }

    /// Sends all gathered changes, and tells the policy when they are on the wire.
    private func send(_ flush: Int) {
        let began = NIODeadline.now()
        trace?.flushed(flush, now: began)
        let deliveries = state.takePending(now: now)
        let timed = times.flushBegins(isEmpty: deliveries.isEmpty, now: began)
        send(deliveries) {
            self.assumeIsolated { feed in
                let ended = NIODeadline.now()
                if let timed { feed.times.onWire(timed, now: ended) }
                for round in feed.trace?.onWire(flush, now: ended) ?? [] { feed.logger.roundTraced(round) }
                feed.goOn(feed.state.flushCompleted(flush))
            }
        }
    }

    /// - Parameter onWire: called once, later on the loop, when the clients that keep up have taken what was sent.
    func send(_ deliveries: [Delivery], onWire: (@Sendable () -> Void)? = nil) {
        counters.deltas += deliveries.count
        for delivery in deliveries.dropLast() { sockets.send(delivery) }
        // One loop flushes all sockets in turn, so the batch is complete when its last event is.
        if let last = deliveries.last {
            sockets.send(last, onWire: onWire)
        } else if let onWire {
            eventLoop.execute(onWire)
        }
        if state.isAnyoneOwed { serveSoon(in: .zero) }
    }

    /// Removes what is too old, and notices how far back the window reaches. Call it about once a second.
    func expire() {
        let time = now
        let depth = assembler.assumeIsolated { assembler in
            assembler.expire(now: time)
            return assembler.depth(now: time)
        }
        state.holds(from: depth.from, now: time)
        readiness.holds(depth)
        if let news = depthWatch.look(depth, now: time) { logger.windowDepth(news, limits) }
        matches.trim(keys: keyCount)
        budgets.addresses.trim(now: .now)
    }

    // MARK: Clients

    /// Takes a client that has connected with a selection.
    ///
    /// - Parameters:
    ///   - since: where an earlier connection with the same selection ended.
    ///   - heartbeat: whether it gets one each second.
    func join(_ socket: Socket, selection: BoundSelection, since: StreamPosition?, heartbeat: Bool = false) {
        let (id, selection) = (socket.id, selection.selection)
        sockets.joined(socket, heartbeat: heartbeat, isBounded: selection.bounds != nil)
        // At once, so that the client knows from the first moment that heartbeats will come.
        if heartbeat { socket.emit(ClientSockets.heartbeat(now: clock())) }
        budgets.joined(id, address: socket.handshake.remoteAddress, now: .now)
        pay(Cost.joining, id)
        // Marks are of whole members: to compare made-up ones with these would tell what their details are.
        let mayCompare = selection.bounds?.details ?? true
        state.joined(id, selection, since: mayCompare ? since : since?.withoutMarks)
        compare(state.audiences.selection(of: id) ?? selection, for: id) { $0.welcome(id) }
    }

    func leave(_ id: String) {
        state.left(id)
        sockets.left(id)
        pauses[id] = nil
        budgets.left(id)
        comparisons.left(id)
        answers.left(id)
        _ = seriesDesk.end(id)
    }

    /// Takes a client's new selection, and owes it the snapshot.
    ///
    /// - Parameter answer: called once with the keys of the selection, before the snapshot is sent.
    func subscribe(_ id: String, to selection: BoundSelection, answer: @escaping @Sendable ([KeySummary]) -> Void) {
        let selection = state.known(selection.selection)
        pauses[id] = nil
        send(state.subscribed(id, selection, now: now))
        compare(selection, for: id) { feed in
            answer(feed.assembler.assumeIsolated { $0.keys(selection) })
            feed.serveOwed()
        }
    }

    /// Takes a client's choice of hosts whose details it wants; nil for nobody's.
    ///
    /// - Parameter answer: called once with the keys of these hosts, before their newest details are sent.
    func chooseDetails(
        _ id: String, _ choice: BoundSelection?, answer: @escaping @Sendable ([KeySummary]) -> Void
    ) {
        let choice = choice.map { state.known($0.selection) }
        send(state.chose(id, choice, now: now))
        guard let choice else { return answer([]) }
        compare(choice, for: id) { feed in
            answer(feed.assembler.assumeIsolated { $0.keys(choice) })
            feed.serveOwed()
        }
    }

    func pause(_ id: String) {
        let isTold = state.audiences.standing(of: id) == .told
        send(state.paused(id, now: now))
        guard isTold, let selection = state.audiences.selection(of: id) else { return }
        pauses[id] = assembler.assumeIsolated { $0.position(selection, keysAtMost: Self.keysOfPauseAtMost) }
    }

    /// The outbox overflowed, events were dropped, and now it is empty. The client gets a snapshot in place of what was
    /// not sent.
    func lost(_ id: String) {
        state.lost(id)
        // Never at once, because this may be called in the middle of a broadcast.
        serveSoon(in: .zero)
    }

    /// Gives the keys of the client's selection.
    func keys(of id: String, answer: @escaping @Sendable ([KeySummary]) -> Void) {
        guard let selection = state.audiences.selection(of: id) else { return answer([]) }
        compare(selection, for: id) { feed in answer(feed.assembler.assumeIsolated { $0.keys(selection) }) }
    }

    /// Tells every client, or one, how the daemon stands with Redis.
    func tell(_ report: ReadinessReport, to socket: Socket? = nil) { sockets.tell(report, to: socket) }

    /// Sends the heartbeat; call it each second.
    func beat() { sockets.beat(now: clock()) }
}
