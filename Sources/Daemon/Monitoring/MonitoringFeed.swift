import JSONBytes
import Logging
import NIOCore
import SocketIOServer
import StreamAssembly

/// Joins the assembler and the browsers: changes go in; `updates`, `dUpdates` and `gone` go out.
///
/// For one client: `updates`, then every later change exactly once and in order, or a new `updates` with reason
/// `resync`. ``Audiences`` decides who is sent what, ``WorkBudget`` how much a client may ask for; this encodes and
/// sends. Lives on the event loop of the assembler and the sockets; its methods are entered by `assumeIsolated`.
actor MonitoringFeed {
    /// What the feed has sent, for `/metrics`.
    struct Counters: Sendable, Equatable {
        var updates = 0
        var deltas = 0
        var resyncs = 0
        var busy = 0
        var excess = 0
    }

    /// How large what it sends may be.
    struct Sizes: Sendable {
        /// A snapshot: clients exist that refuse messages above 4 MiB.
        var snapshot = 3_500_000
        /// All snapshots together that clients have not taken yet.
        var untaken = 16 << 20
        /// A snapshot where these are as large already.
        var smallSnapshot = 192 << 10
        /// With more keys a small one has no marks.
        var markedKeys = 500
    }

    let eventLoop: any EventLoop
    let assembler: StreamAssembler
    let namespace: Namespace
    private let epoch: String
    private let limits: WindowLimits
    let sizes: Sizes
    private let readiness: Readiness
    let logger: Logger
    private let now: @Sendable () -> Int64

    private let matches: MatchTable
    let addresses: AddressBudgets
    var audiences: Audiences
    var sockets: [String: Socket] = [:]
    /// Those that have asked for a heartbeat.
    private var listening: Set<String> = []
    var budgets: [String: WorkBudget] = [:]
    private var pending: [Emission] = []
    private var history: EmissionHistory
    private var policy: FlushPolicy
    var comparing: [String: Int] = [:]
    var snapshots = SnapshotDesk()
    var excessLog = LogThrottle()
    var counters = Counters()

    nonisolated var unownedExecutor: UnownedSerialExecutor { eventLoop.executor.asUnownedSerialExecutor() }

    init(
        assembler: StreamAssembler, namespace: Namespace, epoch: String, limits: WindowLimits, sizes: Sizes = Sizes(),
        flush: TimeAmount, readiness: Readiness, addresses: AddressBudgets,
        eventLoop: any EventLoop, logger: Logger, now: @escaping @Sendable () -> Int64 = WallClock.milliseconds
    ) {
        self.assembler = assembler
        self.namespace = namespace
        self.epoch = epoch
        self.limits = limits
        self.sizes = sizes
        self.eventLoop = eventLoop
        self.readiness = readiness
        self.addresses = addresses
        self.logger = logger
        self.now = now
        matches = MatchTable()
        audiences = Audiences(matches: matches)
        policy = FlushPolicy(longest: flush)
        // Half the window: what it has let go is kept alive here, within the half of its bounds.
        history = EmissionHistory(
            maxSamples: limits.samples / 2, maxBytes: limits.bytes / 2, maxAgeMs: limits.ageMs)
    }

    var clientCount: Int { audiences.count }

    // MARK: Changes

    /// Takes what the follower read.
    func apply(_ changes: [Change]) {
        let time = Double(now())
        let (emissions, reports) = assembler.assumeIsolated { assembler in
            (assembler.apply(changes, now: time), assembler.takeRejectionReports())
        }
        for report in reports { logger.sampleRejected(report) }
        for emission in emissions { history.append(emission, now: time) }
        guard !emissions.isEmpty, audiences.isAnyoneTold else { return }
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
    func sendPending(onWire: (@Sendable () -> Void)? = nil) {
        let batch = pending
        pending.removeAll(keepingCapacity: true)
        var deliveries: [(event: EncodedEvent, sockets: [Socket])] = []
        if !batch.isEmpty {
            // Encoded once for all who get the same, whatever they have selected.
            var origins = BatchOrigins(batch)
            let shares = origins.shares(of: audiences.audiences)
            for (share, members) in shares {
                let sockets = members.compactMap { self.sockets[$0] }
                switch AudienceMessages(
                    batch, wants: { origins.isIn(share, host: $0, probe: $1) },
                    meta: { meta(seq: $0, marks: $1) })
                {
                case .events(let events):
                    deliveries += events.map { (EncodedEvent(unchecked: $0.name, arguments: $0.arguments), sockets) }
                case .snapshot:
                    for id in members { audiences.owes(id, .resync) }
                }
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
        if audiences.isAnyoneOwed { serveSoon(in: .zero) }
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
        budgets[id] = WorkBudget(.client, now: .now)
        audiences.joined(id, selection, since: since)
        compare(audiences.selection(of: id) ?? selection, for: id) { $0.goOn(id, since: since) }
    }

    private func goOn(_ id: String, since: StreamPosition?) {
        guard let since, case .waiting = audiences.standing(of: id) else { return serveOwed() }
        if since.epoch == epoch, sendMissed(to: id, after: since.seq) { return }
        guard since.hasMarks, !readiness.isLive else { return answer(id) }
        // What this daemon has read of Redis so far says little.
        eventLoop.scheduleTask(in: Self.longestWait) { self.assumeIsolated { $0.answer(id) } }
    }

    /// How long a client waits for this daemon to have read Redis, before it gets the window as it is.
    private static let longestWait = TimeAmount.seconds(5)

    /// Redis is followed live: those who wait for it are told what they missed.
    func answerWaiting() {
        for id in audiences.waiting { answer(id) }
    }

    /// Sends what a client missed that another daemon served, or an earlier run of this one; else the window.
    private func answer(_ id: String) {
        guard case .waiting(let since) = audiences.standing(of: id) else { return }
        guard !sendMissed(to: id, since: since) else { return }
        audiences.owes(id, .connect)
        serveOwed()
    }

    /// Tells every client, or one, how it stands with Redis; those that pause too.
    func tell(_ report: ReadinessReport, to socket: Socket? = nil) {
        let event = EncodedEvent(unchecked: "status", arguments: [report.encode()])
        if let socket { return socket.emit(event) }
        namespace.broadcast(event, to: Array(sockets.values))
    }

    /// Tells those who asked for it that the server is there, so that they know silence from nothing new; call it each
    /// second. Not volatile: between two requests of a client that polls it would be lost.
    func beat() {
        guard !listening.isEmpty else { return }
        namespace.broadcast(heartbeatEvent, to: listening.compactMap { sockets[$0] })
    }

    private var heartbeatEvent: EncodedEvent {
        var writer = JSONWriter(reservingCapacity: 32)
        writer.beginObject()
        writer.key("now")
        writer.integer(now())
        writer.endObject()
        return EncodedEvent(unchecked: "heartbeat", arguments: [writer.bytes])
    }

    func leave(_ id: String) {
        audiences.left(id)
        sockets[id] = nil
        listening.remove(id)
        budgets[id] = nil
        comparing[id] = nil
    }

    /// Takes a client's new selection, whose snapshot is owed then.
    ///
    /// - Parameter answer: called once with the keys of the selection, before the snapshot is sent.
    func subscribe(_ id: String, to selection: Selection, answer: @escaping @Sendable ([KeySummary]) -> Void) {
        let selection = audiences.known(selection)
        sendPending()
        audiences.subscribed(id, selection)
        compare(selection, for: id) { feed in
            answer(feed.assembler.assumeIsolated { $0.keys(selection) })
            feed.serveOwed()
        }
    }

    func pause(_ id: String) {
        sendPending()
        audiences.paused(id, seq: assembler.assumeIsolated { $0.seq })
    }

    /// Sends what was missed; a snapshot where that is smaller or not everything is at hand.
    func resume(_ id: String) {
        if case .missed(let seq) = audiences.resumed(id), sendMissed(to: id, after: seq) { return }
        serveOwed()
    }

    /// The outbox overflowed, events were dropped, and now it is empty: a snapshot stands for what was not sent.
    func lost(_ id: String) {
        audiences.lost(id)
        // Never at once: this may come amid a broadcast.
        serveSoon(in: .zero)
    }

    /// Tells the keys of what the client has selected.
    func keys(of id: String, answer: @escaping @Sendable ([KeySummary]) -> Void) {
        let selection = audiences.selection(of: id) ?? .all
        compare(selection, for: id) { feed in answer(feed.assembler.assumeIsolated { $0.keys(selection) }) }
    }

    /// Lets go what is too old; call it every second or so.
    func expire() {
        let time = Double(now())
        assembler.assumeIsolated { $0.expire(now: time) }
        matches.trim(keys: keyCount)
        addresses.trim(now: .now)
    }

    // MARK: What was missed

    /// Sends the emissions after `seq`, so that the client goes on where it was; false where a snapshot has to stand for
    /// them. Where there were none, an empty `dUpdates` says so.
    private func sendMissed(to id: String, after seq: UInt64) -> Bool {
        guard let selection = audiences.selection(of: id), let missed = history.emissions(after: seq) else {
            return false
        }
        let messages = AudienceMessages(missed, for: selection) { meta(seq: $0, reason: .resume, marks: $1) }
        guard case .events(let events) = messages else { return false }
        return send(events, to: id, selection)
    }

    /// Sends the samples that came after the position of an earlier connection, to whichever daemon that was; false
    /// where it cannot be shown that there was nothing else.
    private func sendMissed(to id: String, since: StreamPosition) -> Bool {
        guard let selection = audiences.selection(of: id) else { return false }
        let time = Double(now())
        let (seq, missed) = assembler.assumeIsolated { assembler in
            (assembler.seq, assembler.missed(since: since, selection, now: time))
        }
        guard let missed else { return false }
        var marks = KeyMarks()
        marks.take(missed.lazy.map(\.key), from: assembler.assumeIsolated { $0.marks(selection) })
        let meta = SampleNotes(missed).added(to: meta(seq: seq, reason: .resume, marks: marks))
        return send([.init(name: "dUpdates", arguments: [SampleList.encode(missed), meta])], to: id, selection)
    }

    /// Sends events to one client, at least one; false where a snapshot is smaller. What waits for the others is in
    /// them, so that goes out first.
    private func send(_ events: [AudienceMessages.Event], to id: String, _ selection: Selection) -> Bool {
        var events = events
        let size = events.reduce(0) { $0 + $1.arguments.reduce(0) { $0 + $1.count } }
        pay(Cost.encoding(bytes: size), id)
        guard size <= Self.worthComparing || isSmallerThanSnapshot(size, selection), let socket = sockets[id] else {
            return false
        }
        sendPending()
        audiences.caughtUp(id)
        if events.isEmpty {
            let last = assembler.assumeIsolated { $0.seq }
            events = [.init(name: "dUpdates", arguments: [SampleList.encode([]), meta(seq: last, reason: .resume)])]
        }
        for event in events { socket.emit(EncodedEvent(unchecked: event.name, arguments: event.arguments)) }
        counters.deltas += events.count
        return true
    }

    /// Bytes up to which a snapshot is not even made to compare.
    private static let worthComparing = 64 * 1024

    private func isSmallerThanSnapshot(_ size: Int, _ selection: Selection) -> Bool {
        let maxBytes = sizes.snapshot
        return size <= maxBytes
            && size <= assembler.assumeIsolated { $0.snapshot(selection, maxBytes: maxBytes) }.byteCount
    }

    func meta(seq: UInt64, reason: Meta.Reason? = nil, marks: KeyMarks? = nil) -> [UInt8] {
        Meta(epoch: epoch, seq: seq, limits: limits, now: Double(now()), reason: reason, marks: marks).encode()
    }
}
