import EngineIO
import NIOCore
import SocketIO

/// One client's session: asks the state machines and does what they say. Lives on the event loop.
final class ClientConnection: WebSocketReceiver {
    let id: String
    let core: ServerCore
    /// Whether packets wait, or the socket has taken all it can.
    private(set) var isCongested = false

    var engine: EngineSession
    /// Where packets go: always what `engine` says.
    var transport: any SessionTransport {
        didSet { outbox.sparesLargest = transport.isFetched }
    }
    /// Set while the session polls.
    var polling: PollingTransport?
    /// Set while a WebSocket wants to take over from polling.
    var probe: UpgradeProbe?

    private let handshake: Handshake
    private(set) var client: ClientSession
    private var outbox: Outbox
    var inbound: InboundPace
    let backlog = HandlerBacklog()
    /// Nothing more of the client is taken; see ``ClientConnection/reviewReading()``.
    var isPaused = false
    /// Since when, where it is because of its handlers.
    var waitsForHandlersSince: ContinuousClock.Instant?
    /// A POST whose packets are being taken.
    var post: (reader: EnginePayload.Reader, responder: any PostResponder)?
    private(set) var sockets: [String: Socket] = [:]
    /// Namespaces that have not decided about this client yet.
    private(set) var arrivals: [String: Arrival] = [:]
    private(set) var isFinished = false
    private var hasOverflowed = false
    /// See ``noteUnfinished()``.
    var unfinishedBytes = 0
    /// Since when an event waits for its attachments.
    var attachmentsSince: ContinuousClock.Instant?
    let address: IPAddress?
    private var needsFlush = false
    private var tickets: [FlushTicket] = []
    private var timer: DeadlineTimer
    private var ackDeadline: ContinuousClock.Instant?

    private init(
        id: String, _ kind: EngineTransport, _ transport: any SessionTransport, _ handshake: Handshake,
        _ core: ServerCore
    ) {
        let now = ContinuousClock.now
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
        outbox = Outbox(
            maxBytes: configuration.limits.outboxBytes, maxPackets: configuration.limits.outboxPackets,
            maxResyncBytes: configuration.limits.resyncBytes)
        outbox.sparesLargest = transport.isFetched
        inbound = InboundPace(configuration.limits, maxPayload: configuration.maxPayload, now: now)
        timer = DeadlineTimer(eventLoop: core.eventLoop)
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
            onFarewell: { [weak core] in core?.keepFarewell($0, for: id) })
        self.init(id: id, .polling, polling, handshake, core)
        answered = { [weak self] in self?.engine.pollAnswered() }
        taken = { [weak self] in self?.drain() }
        self.polling = polling
    }

    /// Until it has joined a namespace a client may send little.
    var messageLimit: Int {
        let configuration = core.configuration
        guard client.deadline != nil, configuration.answerMessage == nil else { return configuration.maxPayload }
        return min(configuration.limits.unjoinedBytes, configuration.maxPayload)
    }

    /// When the session ends unless it has joined a namespace by then; nil once it has.
    var joinDeadline: ContinuousClock.Instant? { client.deadline }

    /// Where the client is.
    var remoteAddress: String? { handshake.remoteAddress }

    /// Whether the pace of a broadcast may wait for this client.
    var setsPace: Bool { !isCongested && !transport.isFetched }

    func start() {
        core.opened(self)
        send(EncodedPacket(enginePacket: engine.openPacket.text), .control)
        schedule()
    }

    // MARK: From the transport

    func received(text: [UInt8]) {
        guard !isFinished else { return }
        let now = ContinuousClock.now
        _ = take(engine.receivedText(text, now: now), bytes: text.count, now: now)
    }

    func received(binary: [UInt8]) {
        guard !isFinished else { return }
        _ = take(engine.receivedBinary(binary), bytes: binary.count, now: .now)
    }

    func writabilityChanged() { drain() }

    /// Ends the session: every socket is told, once.
    func close(_ reason: CloseReason) {
        guard !isFinished else { return }
        transport.beginClosing()
        writeOut()
        isFinished = true
        _ = engine.close(reason)
        timer.cancel()
        backlog.forget()
        outbox.removeAll()
        isCongested = false
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
    }

    // MARK: From sockets and namespaces

    func isResyncing(_ namespace: Int) -> Bool { outbox.isResyncing(namespace) }

    func send(_ packet: EncodedPacket, _ kind: Outbox.Kind) {
        guard !isFinished, !hasOverflowed else { return }
        // A burst within one turn is no slowness: make room first where the socket takes more.
        if kind == .volatile || outbox.overflows(with: packet, kind), transport.room > 0 { drain() }
        guard kind != .volatile || transport.room > 0 else { return core.statistics.eventsDropped += 1 }
        switch outbox.enqueue(packet, kind) {
        case .queued: break
        case .queuedAfterDropping(let count): core.statistics.eventsDropped += count
        case .resyncBegan(let dropped):
            core.statistics.eventsDropped += dropped
            core.statistics.resyncs += 1
        case .refused: core.statistics.eventsDropped += 1
        case .disconnect: hasOverflowed = true
        }
        requestFlush()
    }

    func ackExpected(by deadline: ContinuousClock.Instant) {
        ackDeadline = min(ackDeadline ?? deadline, deadline)
        // The answer may lie behind events that were not read for the handlers' sake.
        if waitsForHandlersSince != nil { reviewReading() }
        schedule()
    }

    func disconnect(_ namespace: String) {
        guard client.leave(namespace: namespace), let socket = sockets.removeValue(forKey: namespace) else { return }
        send(EncodedPacket(socketPacket: SocketPacketWriter.disconnect(namespace: namespace)), .control)
        left(socket, .serverNamespaceDisconnect)
    }

    func disconnectAll() {
        for namespace in sockets.keys.sorted() { disconnect(namespace) }
        close(.forcedServerClose)
    }

    func whenClear(_ ticket: FlushTicket) { tickets.append(ticket) }

    // MARK: Writing

    func flush() {
        needsFlush = false
        if hasOverflowed { close(.outboxOverflow) } else { drain() }
    }

    func requestFlush() {
        guard !needsFlush else { return }
        needsFlush = true
        core.needsFlush(self)
    }

    /// What one flush hands to the socket at most, unless a single packet is larger: a client that has stalled then
    /// holds little beside its outbox.
    private static let batchBytes = 16 * 1024

    /// Hands over as much as the socket takes.
    private func writeOut() {
        while !outbox.isEmpty, case var room = transport.room, room > 0 {
            var batch = 0
            while batch < Self.batchBytes, room > 0, let packet = outbox.popFirst() {
                transport.write(packet)
                room -= 1
                batch += packet.byteCount
                core.statistics.packetsSent += 1
            }
            core.statistics.bytesSent += batch
            transport.flush()
        }
    }

    func drain() {
        guard !isFinished else { return }
        writeOut()
        isCongested = !outbox.isEmpty || transport.isBlocked
        guard !isCongested, !isFinished else { return }
        releaseTickets()
        // Who fetches gets a fresh state when he comes for it.
        guard !transport.isFetched || transport.room > 0 else { return }
        for tag in outbox.takeResyncs() {
            for socket in sockets.values where socket.namespace.tag == tag { socket.drained() }
        }
    }

    private func releaseTickets() {
        guard !tickets.isEmpty else { return }
        let cleared = tickets
        tickets = []
        for ticket in cleared { ticket.connectionCleared() }
    }

    // MARK: Time

    func schedule() {
        guard !isFinished else { return }
        let deadlines = [
            engine.deadline, client.deadline, ackDeadline, resumesAt, handlerDeadline, attachmentDeadline,
        ]
        guard let next = deadlines.compactMap({ $0 }).min() else { return }
        timer.schedule(at: next) { [weak self] in self?.deadlineReached() }
    }

    func deadlineReached() {
        let now = ContinuousClock.now
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

    // MARK: What the machines decided

    func perform(_ action: EngineSession.ReceiveAction) {
        switch action {
        case .ignore: schedule()
        case .deliver(let text):
            if let answer = core.configuration.answerMessage { return reply(answer(.text(text))) }
            let namespaces = core.namespaces
            perform(client.receive(text: text) { namespaces.mayExist($0) })
            noteUnfinished()
        case .deliverBinary(let bytes):
            if let answer = core.configuration.answerMessage { return reply(answer(.binary(bytes))) }
            perform(client.receive(binary: bytes))
            noteUnfinished()
        case .close(let reason):
            if reason == .parseError { core.violated("malformedPacket", address: remoteAddress) }
            close(reason)
        }
    }

    private func reply(_ message: EngineMessage) {
        switch message {
        case .text(let text): send(EncodedPacket(socketPacket: text), .reply)
        case .binary(let bytes): send(EncodedPacket(binary: bytes), .reply)
        }
    }

    private func perform(_ action: ClientSession.ReceiveAction) {
        switch action {
        case .nothing: break
        case .authorize(let name, let auth): authorize(name, auth)
        case .refuseUnknown(let name): refuse(name, .invalidNamespace)
        case .event(let name, let event): sockets[name]?.received(event)
        case .acknowledged(let name, let id, let arguments, let attachments):
            var answer = EventArguments(json: arguments, attachments: attachments)
            answer.coding = core.configuration.coding
            sockets[name]?.acknowledged(id: id, answer)
        case .left(let name):
            if let socket = sockets.removeValue(forKey: name) { left(socket, .clientNamespaceDisconnect) }
        case .close(let violation):
            core.violated(violation.kind, String(describing: violation), address: remoteAddress)
            // Nothing that the client asks for tells it: its polls do.
            polling?.isSentAway = true
            close(.parseError)
        }
    }

    private func authorize(_ name: String, _ auth: [UInt8]?) {
        var handshake = handshake
        handshake.auth = auth
        let arrival = Arrival(at: name, handshake, core) { [weak self] in self?.decided(name, $0) }
        arrivals[name] = arrival
        arrival.begin()
    }

    private func decided(_ name: String, _ outcome: Arrival.Outcome) {
        arrivals[name] = nil
        noteUnfinished()
        switch outcome {
        case .joined(let socket, let parent, let rooms, let missed):
            accept(socket, through: parent, rooms, missed: missed)
        case .refused(let error):
            _ = client.leave(namespace: name)
            refuse(name, error)
        }
    }

    private func accept(
        _ socket: Socket, through parent: ParentNamespace?, _ rooms: Set<String>, missed: [EncodedPacket]
    ) {
        let namespace = socket.namespace
        guard !isFinished, client.accept(namespace: namespace.name, id: socket.id) else { return }
        sockets[namespace.name] = socket
        for packet in missed { send(packet, .reply) }
        let connected = SocketPacketWriter.connected(
            namespace: namespace.name, id: socket.id, privateID: socket.privateID)
        send(EncodedPacket(socketPacket: connected), .control)
        socket.joined(self, rooms: rooms, through: parent)
    }

    private func left(_ socket: Socket, _ reason: DisconnectReason) {
        socket.left(reason)
        release(socket.namespace)
    }

    /// Lets go of a namespace that was made for its clients, where none is left.
    private func release(_ namespace: Namespace) { core.namespaces.releaseIfEmpty(namespace) }

    private func refuse(_ name: String, _ error: ConnectError) {
        let text = SocketPacketWriter.connectError(namespace: name, message: error.message, data: error.json)
        send(EncodedPacket(socketPacket: text), .reply)
    }
}
