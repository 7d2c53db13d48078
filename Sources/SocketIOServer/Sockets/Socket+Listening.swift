import NIOCore
@_exported public import SocketIO

/// Listening on the event loop. Every handler here is called there, in the order in which the client sent, and must not
/// block. Its errors go to ``Socket/onError(_:)``. For handlers that wait see ``Socket/on(_:_:)-(_,(_)->Void)``.
extension Socket {
    /// Decides whether an event of the client is accepted, and may change it. Its errors go to `onError`, not to the
    /// client.
    public typealias EventMiddleware = @Sendable (inout ReceivedEvent) throws -> Void

    /// Calls the handler for each event of that name, as it came.
    @discardableResult
    public func onEvent(
        _ event: String, _ handler: @escaping @Sendable (ReceivedEvent) throws -> Void
    ) -> SocketListener {
        state.value.listeners.add(event, handler)
    }

    /// Calls the handler for the next event of that name, as it came.
    @discardableResult
    public func onceEvent(
        _ event: String, _ handler: @escaping @Sendable (ReceivedEvent) throws -> Void
    ) -> SocketListener {
        state.value.listeners.add(event, isOnce: true, handler)
    }

    /// Calls the handler for every event of any name, before the handlers for that name.
    @discardableResult
    public func onAny(_ handler: @escaping @Sendable (ReceivedEvent) throws -> Void) -> SocketListener {
        state.value.listeners.addAny(atFront: false, handler)
    }

    /// The same, before all handlers that were added so far.
    @discardableResult
    public func prependAny(_ handler: @escaping @Sendable (ReceivedEvent) throws -> Void) -> SocketListener {
        state.value.listeners.addAny(atFront: true, handler)
    }

    /// Calls the handler for each event whose name has no handler.
    @discardableResult
    public func onUnknown(_ handler: @escaping @Sendable (ReceivedEvent) throws -> Void) -> SocketListener {
        state.value.listeners.addUnknown(handler)
    }

    /// Removes one handler. Callable from anywhere, also from inside the handler.
    public func off(_ listener: SocketListener) { change { $0.remove(listener) } }

    /// Removes all handlers of that event's name. Callable from anywhere.
    public func off(_ event: String) { change { $0.removeAll(event) } }

    /// Removes all handlers that ``onAny(_:)`` and ``prependAny(_:)`` added. Callable from anywhere.
    public func offAny() { change { $0.removeAny() } }

    /// Adds a check that runs for each event before any handler. Checks run in the order added, and may change name and
    /// arguments. If a check throws, the event reaches no handler. The event's acknowledgement may still be used.
    ///
    /// ```swift
    /// socket.use { event in
    ///     guard event.name != "admin" else { throw NotAllowed() }
    ///     event.arguments.append(Array("true".utf8))
    /// }
    /// ```
    public func use(_ middleware: @escaping EventMiddleware) { state.value.listeners.middleware.append(middleware) }

    /// Calls the handler for each event that a check refused, whose arguments do not fit its handler, or whose handler
    /// threw.
    public func onError(_ handler: @escaping @Sendable (ReceivedEvent, any Error) -> Void) {
        state.value.listeners.failed.append(handler)
    }

    /// Calls the handler once, when the client is about to leave. It is still in its rooms then.
    public func onDisconnecting(_ handler: @escaping @Sendable (DisconnectReason) -> Void) {
        state.value.listeners.disconnecting.append(handler)
    }

    /// Calls the handler once, when the client has left. Nothing can be sent any more.
    public func onDisconnect(_ handler: @escaping @Sendable (DisconnectReason) -> Void) {
        state.value.listeners.disconnected.append(handler)
    }

    /// With ``OverflowPolicy/resync``: calls the handler each time the client has caught up after events for it were
    /// dropped. Events that the handler sends are accepted again.
    public func onDrained(_ handler: @escaping @Sendable () -> Void) {
        state.value.listeners.drained.append(handler)
    }

    // MARK: From the connection

    func received(_ event: SocketEvent) {
        var received = ReceivedEvent(
            name: event.name, rawName: event.rawName, arguments: event.arguments, attachments: event.attachments,
            ack: event.ackID.map { Ack(socket: self, id: $0) }, coding: namespace.coding)
        do {
            for middleware in state.value.listeners.middleware { try middleware(&received) }
        } catch {
            return failed(received, error)
        }
        let (any, unknown) = (state.value.listeners.any, state.value.listeners.unknown)
        let named = state.value.listeners.take(received.name)
        for entry in any { handle(received, entry.handler) }
        for entry in named ?? unknown { handle(received, entry.handler) }
    }

    /// If one handler throws, those after it are still called.
    private func handle(_ event: ReceivedEvent, _ handler: SocketListeners.Handler) {
        do {
            try handler(event)
        } catch {
            failed(event, error)
        }
    }

    private func change(_ change: @escaping @Sendable (inout SocketListeners) -> Void) {
        onLoop {
            let listened = !self.state.value.listeners.outgoing.isEmpty
            change(&self.state.value.listeners)
            self.outgoingListenersChanged(from: listened)
        }
    }

    func failed(_ event: ReceivedEvent, _ error: any Error) {
        for handler in state.value.listeners.failed { handler(event, error) }
    }
}
