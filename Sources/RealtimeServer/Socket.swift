public import NIOCore
public import SocketIO

/// One client in one namespace.
///
/// Handlers are called on ``eventLoop``, synchronously, in the order in which the client sent; they have to be
/// registered there, at best inside `onConnection`. Sending is possible from anywhere; what is sent from the loop goes
/// out in the order of the calls.
public final class Socket: Sendable {
    /// Takes an event's arguments, each one JSON text, and the means to answer where the client wants an answer.
    public typealias EventHandler = @Sendable (_ arguments: [[UInt8]], _ ack: Ack?) -> Void

    /// Decides whether an event of the client is taken; what it throws is told to `onRefused`, not to the client.
    public typealias EventMiddleware = @Sendable (ReceivedEvent) throws -> Void

    /// Unique and hard to guess; another one after each reconnect.
    public let id: String
    /// Where the client is.
    public let namespace: Namespace
    /// What the client said when it connected, its `auth` for this namespace included.
    public let handshake: Handshake
    /// The loop on which every handler is called.
    public var eventLoop: any EventLoop { namespace.eventLoop }

    private struct State {
        var connection: ClientConnection?
        var handlers: [String: [EventHandler]] = [:]
        var unknown: (@Sendable (_ event: String, _ arguments: [[UInt8]], _ ack: Ack?) -> Void)?
        var whole: [String: [@Sendable (ReceivedEvent) -> Void]] = [:]
        var any: [@Sendable (ReceivedEvent) -> Void] = []
        var middleware: [EventMiddleware] = []
        var refused: [@Sendable (ReceivedEvent, any Error) -> Void] = []
        var disconnecting: [@Sendable (DisconnectReason) -> Void] = []
        var disconnected: [@Sendable (DisconnectReason) -> Void] = []
        var drained: [@Sendable () -> Void] = []
        var acks = AckRegistry<AckCallback>()
    }

    typealias AckCallback = @Sendable (Result<[[UInt8]], AckError>) -> Void

    private let state: NIOLoopBoundBox<State>

    init(id: String, namespace: Namespace, handshake: Handshake, connection: ClientConnection) {
        self.id = id
        self.namespace = namespace
        self.handshake = handshake
        state = NIOLoopBoundBox(State(connection: connection), eventLoop: namespace.eventLoop)
    }

    // MARK: Listening, on the event loop

    /// Calls the handler for each event of that name.
    public func on(_ event: String, _ handler: @escaping EventHandler) {
        state.value.handlers[event, default: []].append(handler)
    }

    /// Calls the handler for each event of that name, with its attachments.
    public func onEvent(_ event: String, _ handler: @escaping @Sendable (ReceivedEvent) -> Void) {
        state.value.whole[event, default: []].append(handler)
    }

    /// Calls the handler for every event, whatever its name, before those that listen to the name.
    public func onAny(_ handler: @escaping @Sendable (ReceivedEvent) -> Void) { state.value.any.append(handler) }

    /// Adds a check that runs for each event before any handler, in the order added. An event that one of them throws
    /// for reaches no handler; its acknowledgement may still be used.
    public func use(_ middleware: @escaping EventMiddleware) { state.value.middleware.append(middleware) }

    /// Calls the handler for each event that was refused, with what the check threw.
    public func onRefused(_ handler: @escaping @Sendable (ReceivedEvent, any Error) -> Void) {
        state.value.refused.append(handler)
    }

    /// Calls the handler once, when the client is about to leave: it is still in its rooms.
    public func onDisconnecting(_ handler: @escaping @Sendable (DisconnectReason) -> Void) {
        state.value.disconnecting.append(handler)
    }

    /// Calls the handler for each event that no handler of its name took.
    public func onUnknown(
        _ handler: @escaping @Sendable (_ event: String, _ arguments: [[UInt8]], _ ack: Ack?) -> Void
    ) {
        state.value.unknown = handler
    }

    /// Calls the handler once, when the client has left; nothing can be sent any more then.
    public func onDisconnect(_ handler: @escaping @Sendable (DisconnectReason) -> Void) {
        state.value.disconnected.append(handler)
    }

    /// With ``OverflowPolicy/resync``: calls the handler each time the client has caught up after events for it were
    /// dropped. Events sent from within the handler are taken again.
    public func onDrained(_ handler: @escaping @Sendable () -> Void) { state.value.drained.append(handler) }

    /// Whether packets wait because the client reads slowly. Only on the event loop.
    public var isCongested: Bool { state.value.connection?.isCongested ?? false }

    /// Whether events are dropped until the client has caught up. Only on the event loop.
    public var isResyncing: Bool { state.value.connection?.isResyncing(namespace.tag) ?? false }

    /// Whether the client is in the namespace. Only on the event loop.
    public var isConnected: Bool { state.value.connection != nil }

    // MARK: Sending, from anywhere

    /// Sends an event to this client; each argument is a JSON text.
    public func emit(_ event: String, _ arguments: [UInt8]...) {
        emit(EncodedEvent(event: event, arguments: arguments, namespace: namespace.name))
    }

    /// Sends an encoded event of this socket's namespace.
    public func emit(_ event: EncodedEvent) {
        onLoop { self.connection?.send(event.packet, .event(namespace: self.namespace.tag, self.namespace.overflow)) }
    }

    /// Sends an event and waits for the client's answer.
    ///
    /// - Parameter completion: Called once on the event loop with the answer's arguments, each one JSON text.
    public func emitWithAck(
        _ event: String, _ arguments: [[UInt8]], timeout: Duration,
        completion: @escaping @Sendable (Result<[[UInt8]], AckError>) -> Void
    ) {
        onLoop { self.sendExpectingAck(event, arguments, timeout, completion) }
    }

    /// Makes the client leave the namespace; with `close`, leave all namespaces, and ends its connection.
    ///
    /// The official client does not reconnect by itself after this.
    public func disconnect(close: Bool = false) {
        onLoop {
            if close {
                self.connection?.disconnectAll()
            } else {
                self.connection?.disconnect(self.namespace.name)
            }
        }
    }

    // MARK: From the connection

    var connection: ClientConnection? { state.value.connection }

    func sendAck(id: Int, arguments: [[UInt8]], attachments: [[UInt8]]) {
        let text = SocketPacketWriter.ack(
            id: id, arguments: arguments, namespace: namespace.name, attachmentCount: attachments.count)
        let packet = EncodedPacket(socketPacket: text, attachments: attachments)
        onLoop { self.connection?.send(packet, .reply) }
    }

    func received(_ event: SocketEvent) {
        let ack = event.ackID.map { Ack(socket: self, id: $0) }
        let whole = ReceivedEvent(
            name: event.name, arguments: event.arguments, attachments: event.attachments, ack: ack)
        do {
            for middleware in state.value.middleware { try middleware(whole) }
        } catch {
            for handler in state.value.refused { handler(whole, error) }
            return
        }
        for handler in state.value.any { handler(whole) }
        let (handlers, wholeHandlers) = (state.value.handlers[event.name], state.value.whole[event.name])
        guard handlers != nil || wholeHandlers != nil else {
            state.value.unknown?(event.name, event.arguments, ack)
            return
        }
        for handler in handlers ?? [] { handler(event.arguments, ack) }
        for handler in wholeHandlers ?? [] { handler(whole) }
    }

    func acknowledged(id: Int, arguments: [[UInt8]]) {
        state.value.acks.answered(id)?(.success(arguments))
    }

    /// Fails the answers that are late and tells when the next one would be.
    func expireAcks(now: ContinuousClock.Instant) -> ContinuousClock.Instant? {
        for callback in state.value.acks.timedOut(now: now) { callback(.failure(.timedOut)) }
        return state.value.acks.deadline
    }

    func drained() {
        for handler in state.value.drained { handler() }
    }

    /// The end: nothing is sent or received after it.
    func left(_ reason: DisconnectReason) {
        guard state.value.connection != nil else { return }
        for handler in state.value.disconnecting { handler(reason) }
        state.value.connection = nil
        namespace.left(self)
        for callback in state.value.acks.drain() { callback(.failure(.disconnected)) }
        let handlers = state.value.disconnected
        // Handlers may hold the socket: letting go of them here breaks the circle.
        state.value = State()
        for handler in handlers { handler(reason) }
    }

    private func sendExpectingAck(
        _ event: String, _ arguments: [[UInt8]], _ timeout: Duration, _ completion: @escaping AckCallback
    ) {
        guard let connection else { return completion(.failure(.disconnected)) }
        let deadline = ContinuousClock.now + timeout
        let id = state.value.acks.add(completion, deadline: deadline)
        let packet = EncodedPacket(
            socketPacket: SocketPacketWriter.event(
                event, arguments: arguments, namespace: namespace.name, ackID: id))
        connection.send(packet, .reply)
        connection.ackExpected(by: deadline)
    }

    func onLoop(_ body: @escaping @Sendable () -> Void) {
        if eventLoop.inEventLoop { body() } else { eventLoop.execute(body) }
    }
}
