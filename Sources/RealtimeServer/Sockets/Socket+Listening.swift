import NIOCore
public import SocketIO

/// Listening, on the event loop: every handler here is called there, in the order in which the client sent, and must
/// not block. For handlers that wait see ``Socket/on(_:_:)-(_,(_)->Void)``.
extension Socket {
    /// Decides whether an event of the client is taken; what it throws is told to `onError`, not to the client.
    public typealias EventMiddleware = @Sendable (ReceivedEvent) throws -> Void

    /// Calls the handler for each event of that name, as it came.
    public func onEvent(_ event: String, _ handler: @escaping @Sendable (ReceivedEvent) -> Void) {
        state.value.listeners.events[event, default: []].append(handler)
    }

    /// Calls the handler for every event, whatever its name, before those that listen to the name.
    public func onAny(_ handler: @escaping @Sendable (ReceivedEvent) -> Void) {
        state.value.listeners.any.append(handler)
    }

    /// Calls the handler for each event that nobody listens to by its name.
    public func onUnknown(_ handler: @escaping @Sendable (ReceivedEvent) -> Void) {
        state.value.listeners.unknown.append(handler)
    }

    /// Adds a check that runs for each event before any handler, in the order added. An event that one of them throws
    /// for reaches no handler; its acknowledgement may still be used.
    public func use(_ middleware: @escaping EventMiddleware) { state.value.listeners.middleware.append(middleware) }

    /// Calls the handler for each event that a check refused, whose arguments were not what its handler takes, or
    /// whose handler threw.
    public func onError(_ handler: @escaping @Sendable (ReceivedEvent, any Error) -> Void) {
        state.value.listeners.failed.append(handler)
    }

    /// Calls the handler once, when the client is about to leave: it is still in its rooms.
    public func onDisconnecting(_ handler: @escaping @Sendable (DisconnectReason) -> Void) {
        state.value.listeners.disconnecting.append(handler)
    }

    /// Calls the handler once, when the client has left; nothing can be sent any more then.
    public func onDisconnect(_ handler: @escaping @Sendable (DisconnectReason) -> Void) {
        state.value.listeners.disconnected.append(handler)
    }

    /// With ``OverflowPolicy/resync``: calls the handler each time the client has caught up after events for it were
    /// dropped. Events sent from within the handler are taken again.
    public func onDrained(_ handler: @escaping @Sendable () -> Void) {
        state.value.listeners.drained.append(handler)
    }

    // MARK: From the connection

    func received(_ event: SocketEvent) {
        let listeners = state.value.listeners
        let received = ReceivedEvent(
            name: event.name, arguments: event.arguments, attachments: event.attachments,
            ack: event.ackID.map { Ack(socket: self, id: $0) })
        do {
            for middleware in listeners.middleware { try middleware(received) }
        } catch {
            return failed(received, error)
        }
        for handler in listeners.any { handler(received) }
        for handler in listeners.events[event.name] ?? listeners.unknown { handler(received) }
    }

    func failed(_ event: ReceivedEvent, _ error: any Error) {
        for handler in state.value.listeners.failed { handler(event, error) }
    }
}
