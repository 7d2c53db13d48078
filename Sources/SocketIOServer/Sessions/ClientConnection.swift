import EngineIO
import NIOCore
import SocketIO

/// One client's session. It asks the state machines and does what they say. Lives on the event loop.
final class ClientConnection: WebSocketReceiver {
    // What each packet needs stands together, so that it is in few lines of the processor's cache.
    let core: ServerCore
    /// Where packets go. It always matches the state of `engine`.
    var transport: any SessionTransport {
        didSet { outflow.outbox.sparesLargest = transport.isFetched }
    }
    private(set) var isFinished = false
    var outflow: Outflow

    let id: String
    var engine: EngineSession
    /// Set while the session polls.
    var polling: PollingTransport?
    /// Set while a WebSocket wants to take over from polling.
    var probe: UpgradeProbe?

    let handshake: Handshake
    var client: ClientSession
    var inbound: InboundPace
    let backlog: HandlerBacklog
    /// Nothing of the client is read; see ``ClientConnection/reviewReading()``.
    var isPaused = false
    /// Since when, if its handlers are the reason.
    var waitsForHandlersSince: ContinuousClock.Instant?
    /// A POST whose packets are being taken.
    var post: (reader: EnginePayload.Reader, responder: any PostResponder)?
    var sockets: [String: Socket] = [:]
    /// Namespaces that have not decided about this client yet.
    var arrivals: [String: Arrival] = [:]
    /// See ``noteUnfinished()``.
    var unfinishedBytes = 0
    /// Since when an event has been waiting for its attachments.
    var attachmentsSince: ContinuousClock.Instant?
    let address: IPAddress?
    private var timer: DeadlineTimer
    var ackDeadline: ContinuousClock.Instant?

    private init(
        id: String, _ kind: EngineTransport, _ transport: any SessionTransport, _ handshake: Handshake,
        _ core: ServerCore
    ) {
        let now = core.now
        let configuration = core.configuration
        self.id = id
        self.core = core
        self.handshake = handshake
        address = handshake.remoteAddress.flatMap { IPAddress($0) }
        self.transport = transport
        engine = EngineSession(openedBy: kind, id: id, configuration: configuration.engine, now: now)
        client = ClientSession(
            connectTimeout: configuration.connectTimeout, maxDepth: min(configuration.limits.jsonDepth, 1_000), now: now
        )
        outflow = Outflow(
            outbox: Outbox(
                maxBytes: configuration.limits.outboxBytes, maxPackets: configuration.limits.outboxPackets,
                maxResyncBytes: configuration.limits.resyncBytes))
        outflow.outbox.sparesLargest = transport.isFetched
        inbound = InboundPace(configuration.limits, maxPayload: configuration.maxPayload, now: now)
        backlog = HandlerBacklog(core.context.clock)
        timer = DeadlineTimer(eventLoop: core.eventLoop, clock: core.context.clock)
    }

    /// A session that is opened by a WebSocket.
    convenience init(id: String, handshake: Handshake, socket: WebSocketHandler, core: ServerCore) {
        self.init(id: id, .websocket, socket, handshake, core)
    }

    /// A session that is opened by a poll.
    convenience init(id: String, handshake: Handshake, core: ServerCore) {
        var (answered, taken): (() -> Void, () -> Void) = ({}, {})
        let polling = PollingTransport(
            onAnswer: { answered() }, onTaken: { taken() },
            onFarewell: { core.keepFarewell($0, for: id) })
        self.init(id: id, .polling, polling, handshake, core)
        // They are let go at the end.
        answered = { self.engine.pollAnswered() }
        taken = { self.drain() }
        self.polling = polling
    }

    /// A client may send only little until it has joined a namespace.
    var messageLimit: Int {
        let configuration = core.configuration
        guard awaitsJoining else { return configuration.maxPayload }
        return min(configuration.limits.unjoinedBytes, configuration.maxPayload)
    }

    /// The session ends at this time unless it has joined a namespace by then; nil once it has.
    var joinDeadline: ContinuousClock.Instant? { client.deadline }

    /// Whether the client still has to join a namespace. On a server without namespaces it never has to.
    var awaitsJoining: Bool { client.deadline != nil && core.configuration.answerMessage == nil }

    /// The client's address.
    var remoteAddress: String? { handshake.remoteAddress }

    /// Whether a broadcast may wait for this client.
    var setsPace: Bool { !isCongested && !transport.isFetched }

    func start() {
        core.opened(self)
        send(EncodedPacket(enginePacket: engine.openPacket.text), .control)
        schedule()
    }

    // MARK: From the transport

    func received(text: [UInt8]) {
        guard !isFinished else { return }
        let now = core.now
        _ = take(engine.receivedText(text, now: now), bytes: text.count, now: now)
    }

    func received(binary: [UInt8]) {
        guard !isFinished else { return }
        _ = take(engine.receivedBinary(binary), bytes: binary.count, now: core.now)
    }

    func writabilityChanged() { drain() }

    /// Ends the session and tells every socket once.
    func close(_ reason: CloseReason) {
        guard !isFinished else { return }
        transport.beginClosing()
        writeOut()
        isFinished = true
        _ = engine.close(reason)
        timer.cancel()
        backlog.forget()
        outflow.outbox.removeAll()
        outflow.isCongested = false
        core.closed(self, reason)
        transport.close(reason)
        closeProbe()
        let leaving = sockets.values.sorted { $0.namespace.name < $1.namespace.name }
        sockets = [:]
        for arrival in arrivals.values { arrival.abandon() }
        arrivals = [:]
        noteUnfinished()
        for socket in leaving { left(socket, DisconnectReason(reason)) }
        releaseTickets()
        answerPost(.unknownSession)
        polling?.letGo()
    }

    /// Ends the session without waiting for the client, because somebody else gets its place.
    func losePlace() {
        let transport = transport
        close(.connectTimeout)
        transport.cut()
    }

    // MARK: Time

    func schedule() {
        guard !isFinished else { return }
        let deadlines = [
            engine.deadline, client.deadline, ackDeadline, resumesAt, handlerDeadline, attachmentDeadline,
        ]
        guard let next = deadlines.compactMap({ $0 }).min() else { return }
        // `close` cancels it. A weak reference would make each reference to a connection slower, for all its life.
        timer.schedule(at: next) { self.deadlineReached() }
    }

    func deadlineReached() {
        let now = core.now
        if let handlerDeadline, handlerDeadline <= now { return close(.handlerTimeout) }
        if client.connectTimedOut(now: now) { return close(.connectTimeout) }
        if let attachmentDeadline, attachmentDeadline <= now { return close(.messageTimeout) }
        switch engine.deadlineReached(now: now) {
        case .wait: break
        case .sendPing: send(EncodedPacket(enginePacket: EnginePacket.ping([]).text), .control)
        case .abandonProbe: closeProbe()
        case .close(let reason): return close(reason)
        }
        if let due = ackDeadline, due <= now {
            ackDeadline = sockets.values.compactMap { $0.expireAcks(now: now) }.min()
        }
        if isPaused { reviewReading() }
        schedule()
    }

}
