/// A target for events: one socket, or the sockets that a ``BroadcastOperator`` chooses. Callable from anywhere.
public protocol EventEmitter: Sendable {
    /// The namespace of the receivers.
    var namespace: Namespace { get }

    /// Sends an encoded event of ``namespace``.
    func emit(_ event: EncodedEvent)
}

extension EventEmitter {
    /// Sends an event without arguments.
    ///
    /// - Throws: ``ArgumentError`` if the name is reserved (`connect`, `disconnect`, …), like all methods here.
    public func emit(_ event: String) throws(ArgumentError) { try emit(event, EventArguments()) }

    /// Sends an event.
    ///
    /// - Throws: ``ArgumentError`` if the name is reserved or an argument has no JSON form. Then nothing has been sent.
    public func emit<each Argument: Encodable>(
        _ event: String, _ arguments: repeat each Argument
    ) throws(ArgumentError) {
        try emit(event, try EventArguments(repeat each arguments, coding: namespace.coding))
    }

    /// Sends an event. Each element is one argument as a JSON text.
    ///
    /// - Throws: ``ArgumentError`` if the name is reserved.
    public func emit(_ event: String, json arguments: [[UInt8]]) throws(ArgumentError) {
        try emit(event, EventArguments(json: arguments))
    }

    /// Sends an event with arguments that are encoded already.
    ///
    /// - Throws: ``ArgumentError`` if the name is reserved.
    public func emit(_ event: String, _ arguments: EventArguments) throws(ArgumentError) {
        emit(try EncodedEvent(event, arguments, namespace: namespace.name))
    }
}

/// Sends events to many sockets: a ``Namespace``, or the ``SocketIOServer`` itself, which stands for its namespace `/`.
///
/// ```swift
/// try io.emit("news", headline)                                  // everybody in "/"
/// try io.of("/chat").to("red").except("muted").emit("news", headline)
/// ```
/// Callable from anywhere. A call affects the sockets that are there at that time.
public protocol Broadcaster: EventEmitter {
    /// All sockets.
    var all: BroadcastOperator { get }
}

extension Broadcaster {
    /// Sends an encoded event of ``EventEmitter/namespace``.
    public func emit(_ event: EncodedEvent) { all.emit(event) }

    /// The sockets in these rooms; none if no room is named.
    public func to(_ rooms: String...) -> BroadcastOperator { all.to(rooms) }

    /// The sockets in these rooms; none if the list is empty.
    public func to(_ rooms: some Sequence<String>) -> BroadcastOperator { all.to(rooms) }

    /// All but those in these rooms.
    public func except(_ rooms: String...) -> BroadcastOperator { all.except(rooms) }

    /// All but those in these rooms.
    public func except(_ rooms: some Sequence<String>) -> BroadcastOperator { all.except(rooms) }

    /// See ``BroadcastOperator/volatile``.
    public var volatile: BroadcastOperator { all.volatile }

    /// See ``BroadcastOperator/local``.
    public var local: BroadcastOperator { all.local }

    /// See ``BroadcastOperator/compress(_:)``.
    public func compress(_ mayCompress: Bool) -> BroadcastOperator { all.compress(mayCompress) }

    /// The sockets that are there now.
    public func fetchSockets() -> [Socket] { all.fetchSockets() }

    /// Makes all of them join rooms.
    public func socketsJoin(_ rooms: String...) { all.socketsJoin(rooms) }

    /// Makes all of them join rooms.
    public func socketsJoin(_ rooms: some Sequence<String>) { all.socketsJoin(rooms) }

    /// Makes all of them leave rooms.
    public func socketsLeave(_ rooms: String...) { all.socketsLeave(rooms) }

    /// Makes all of them leave rooms.
    public func socketsLeave(_ rooms: some Sequence<String>) { all.socketsLeave(rooms) }

    /// Makes all of them leave the namespace; with `close`, ends their connections.
    public func disconnectSockets(close: Bool = false) { all.disconnectSockets(close: close) }

    /// Sends an event to all of them and waits for their answers, like
    /// ``BroadcastOperator/emitWithAck(_:_:as:timeout:)``.
    public func emitWithAck<Reply: Decodable & Sendable, each Argument: Encodable>(
        _ event: String, _ arguments: repeat each Argument, as reply: Reply.Type, timeout: Duration = .seconds(10)
    ) async throws(ArgumentError) -> [String: Result<Reply, AckError>] {
        try await all.emitWithAck(event, repeat each arguments, as: reply, timeout: timeout)
    }
}
