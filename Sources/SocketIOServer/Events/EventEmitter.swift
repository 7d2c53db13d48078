/// What events can be sent to: one socket, or the sockets that a ``BroadcastOperator`` chooses. Callable from anywhere.
public protocol EventEmitter: Sendable {
    /// Where the receivers are.
    var namespace: Namespace { get }

    /// Sends an encoded event of ``namespace``.
    func emit(_ event: EncodedEvent)
}

extension EventEmitter {
    /// Sends an event without arguments.
    ///
    /// - Throws: ``ArgumentError`` where the name is reserved (`connect`, `disconnect`, …), as all of these do.
    public func emit(_ event: String) throws(ArgumentError) { try emit(event, EventArguments()) }

    /// Sends an event.
    ///
    /// - Throws: ``ArgumentError`` where the name is reserved or an argument has no JSON form; nothing has been sent
    ///   then.
    public func emit<each Argument: Encodable>(
        _ event: String, _ arguments: repeat each Argument
    ) throws(ArgumentError) {
        try emit(event, try EventArguments(repeat each arguments, coding: namespace.coding))
    }

    /// Sends an event; each element is one argument, a JSON text.
    ///
    /// - Throws: ``ArgumentError`` where the name is reserved.
    public func emit(_ event: String, json arguments: [[UInt8]]) throws(ArgumentError) {
        try emit(event, EventArguments(json: arguments))
    }

    /// Sends an event with arguments that are at hand.
    ///
    /// - Throws: ``ArgumentError`` where the name is reserved.
    public func emit(_ event: String, _ arguments: EventArguments) throws(ArgumentError) {
        emit(try EncodedEvent(event, arguments, namespace: namespace.name))
    }
}
