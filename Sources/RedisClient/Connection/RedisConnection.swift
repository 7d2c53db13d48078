internal import Logging
package import NIOCore
package import RESP
internal import Synchronization

/// One connection to Redis for commands.
///
/// Replies come in the order of the commands. Pipelines of different callers do not mix. When a deadline passes or the
/// stream breaks, the connection closes and all that waits fails. It is never reopened: see ``RedisConnector``.
package final class RedisConnection: Sendable {
    package let eventLoop: any EventLoop
    /// The address of the one server, and the password that was used. Another connection with this configuration goes
    /// to the same server, also where sentinels named it.
    package let configuration: RedisConfiguration
    private let channel: any Channel
    private let handler: NIOLoopBound<RedisCommandHandler>
    private let nextID = Atomic<UInt64>(0)

    private init(_ configuration: RedisConfiguration, channel: any Channel, handler: RedisCommandHandler) {
        self.configuration = configuration
        self.channel = channel
        eventLoop = channel.eventLoop
        self.handler = NIOLoopBound(handler, eventLoop: channel.eventLoop)
    }

    /// Connects and does the handshake (AUTH → CLIENT SETNAME → SELECT → PING) within the connect time-out.
    ///
    /// The configuration has to name one server and the password to use; ``RedisConnector`` finds both.
    static func dial(
        _ configuration: RedisConfiguration, on eventLoop: any EventLoop, logger: Logger
    ) async throws(RedisError) -> RedisConnection {
        let connection = try await RedisDial.connect(configuration, on: eventLoop) { channel, ready in
            try RedisConnection.install(configuration, on: channel, ready: ready, logger: logger)
        }
        logger.redisConnected(configuration.endpoint)
        return connection
    }

    /// Adds the handler to a channel. Must be called on its event loop.
    static func install(
        _ configuration: RedisConfiguration, on channel: any Channel, ready: EventLoopPromise<Void>, logger: Logger
    ) throws -> RedisConnection {
        let now = channel.eventLoop.now
        let handler = RedisCommandHandler(configuration, ready: ready, now: now, logger: logger)
        try channel.pipeline.syncOperations.addHandler(handler)
        return RedisConnection(configuration, channel: channel, handler: handler)
    }

    /// Sends all commands with one write and one flush, and gives one reply each; error replies are values.
    ///
    /// Throws when the connection ends or a deadline passes before the last reply, and when the task is cancelled: the
    /// commands may have been executed then. Throws at once when too much waits (``RedisError/Code/overloaded``).
    ///
    /// Runs where it is called from: `isolation` makes the closures below run on the caller's actor too, so that no
    /// other thread has to wake up for a reply.
    package func pipeline(
        _ commands: [RESPCommand], isolation: isolated (any Actor)? = #isolation
    ) async throws(RedisError) -> [RESPValue] {
        if commands.isEmpty { return [] }
        let bytes: ByteBuffer
        do throws(RESPError) { bytes = try ByteBuffer(commands) } catch { throw RedisError(error) }
        let id = nextID.add(1, ordering: .relaxed).newValue
        let result: Result<[RESPValue], RedisError> = await withTaskCancellationHandler {
            _ = isolation
            return await withCheckedContinuation { reply in
                if Task.isCancelled {
                    reply.resume(returning: .failure(RedisError(.cancelled, "the task that asked was cancelled")))
                } else {
                    onLoop { $0.send(bytes, replies: commands.count, id: id) { reply.resume(returning: $0) } }
                }
            }
        } onCancel: {
            onLoop { $0.cancel(id: id) }
        }
        return try result.get()
    }

    /// As ``pipeline(_:isolation:)``, for a caller that does not wait. `onReplies` is called once, on the event loop,
    /// and before ``closeFuture`` succeeds.
    package func pipeline(
        _ commands: [RESPCommand], onReplies: @escaping @Sendable (Result<[RESPValue], RedisError>) -> Void
    ) {
        let bytes: ByteBuffer
        do throws(RESPError) { bytes = try ByteBuffer(commands) } catch {
            return onReplies(.failure(RedisError(error)))
        }
        let id = nextID.add(1, ordering: .relaxed).newValue
        onLoop { $0.send(bytes, replies: commands.count, id: id, reply: onReplies) }
    }

    /// Sends one command. An error reply is thrown as a ``RedisError``.
    package func send(
        _ command: RESPCommand, isolation: isolated (any Actor)? = #isolation
    ) async throws(RedisError) -> RESPValue {
        guard let reply = try await pipeline([command]).first else {
            throw RedisError(.protocolViolation, "no reply to \(command.name)")
        }
        if let error = reply.error { throw RedisError(error, to: command.name) }
        return reply
    }

    /// Succeeds when the connection has ended, for whatever reason.
    package var closeFuture: EventLoopFuture<Void> { channel.closeFuture }

    /// Refuses new commands, waits for the replies to those that were sent (within their deadlines), and closes.
    package func close() async {
        onLoop { $0.close() }
        try? await channel.closeFuture.get()
    }

    /// Closes at once. All that waits for replies fails for this reason.
    func drop(_ reason: RedisError) {
        onLoop { $0.end(reason) }
    }

    private func onLoop(_ body: @escaping @Sendable (RedisCommandHandler) -> Void) {
        if eventLoop.inEventLoop {
            body(handler.value)
        } else {
            eventLoop.execute { body(self.handler.value) }
        }
    }
}
