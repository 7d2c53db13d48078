import NIOCore

/// Listening with `Codable` arguments. These handlers may wait. Those of one socket run one after another in the order
/// of its events, outside the event loop, in one task. It is cancelled when the client leaves.
///
/// ```swift
/// socket.on("chat message") { (text: String) in socket.broadcast.emit("chat message", text) }
/// socket.on("join") { (room: String) async throws -> Joined in … }   // what it returns is the client's answer
/// ```
/// Arguments beyond those asked for are ignored, and a missing one reads as `null`. Arguments of another type, and
/// errors of a handler, go to ``Socket/onError(_:)``. If more than `ServerLimits.waitingEvents` or `waitingBytes` wait
/// for the handlers, the client is not read until they have caught up. It waits, and nothing is lost.
extension Socket {
    /// Calls the handler for each event of that name with its arguments decoded.
    @discardableResult
    public func on<each Argument: Decodable & Sendable>(
        _ event: String, _ handler: @escaping @Sendable @concurrent (repeat each Argument) async throws -> Void
    ) -> SocketListener {
        onEvent(event, handling(handler))
    }

    /// Calls the handler for the next event of that name with its arguments decoded.
    @discardableResult
    public func once<each Argument: Decodable & Sendable>(
        _ event: String, _ handler: @escaping @Sendable @concurrent (repeat each Argument) async throws -> Void
    ) -> SocketListener {
        onceEvent(event, handling(handler))
    }

    /// Calls the handler for each event of that name with its arguments decoded. Its result is the answer, if the
    /// client asked for one.
    @discardableResult
    public func on<Reply: Encodable & Sendable, each Argument: Decodable & Sendable>(
        _ event: String, _ handler: @escaping @Sendable @concurrent (repeat each Argument) async throws -> Reply
    ) -> SocketListener {
        onEvent(event, answering(handler))
    }

    /// Calls the handler for the next event of that name with its arguments decoded. Its result is the answer, if the
    /// client asked for one.
    @discardableResult
    public func once<Reply: Encodable & Sendable, each Argument: Decodable & Sendable>(
        _ event: String, _ handler: @escaping @Sendable @concurrent (repeat each Argument) async throws -> Reply
    ) -> SocketListener {
        onceEvent(event, answering(handler))
    }

    private func handling<each Argument: Decodable & Sendable>(
        _ handler: @escaping @Sendable @concurrent (repeat each Argument) async throws -> Void
    ) -> @Sendable (ReceivedEvent) -> Void {
        { [weak self] received in
            self?.queue(received) {
                let arguments = try received.content.decode(as: repeat (each Argument).self)
                try await handler(repeat each arguments)
            }
        }
    }

    private func answering<Reply: Encodable & Sendable, each Argument: Decodable & Sendable>(
        _ handler: @escaping @Sendable @concurrent (repeat each Argument) async throws -> Reply
    ) -> @Sendable (ReceivedEvent) -> Void {
        { [weak self] received in
            self?.queue(received) {
                let arguments = try received.content.decode(as: repeat (each Argument).self)
                let reply = try await handler(repeat each arguments)
                try received.ack?(encoding: reply)
            }
        }
    }

    private func queue(_ event: ReceivedEvent, _ handle: @escaping @Sendable () async throws -> Void) {
        guard let connection else { return }
        received.run(bytes: event.byteCount, connection.backlog) {
            do {
                try await handle()
            } catch {
                // Awaited, so that the error handler is done before the next event's handler begins.
                try? await self.eventLoop.submit { self.failed(event, error) }.get()
            }
        }
    }
}
