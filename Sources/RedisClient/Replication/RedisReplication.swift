package import Logging
package import NIOCore

/// One replica link: every write of a Redis server, in its order, as the server executes it.
///
/// The server counts us as a replica (`WAIT`, `min-replicas-to-write`, Sentinel) and sends the writes of **all** keys of
/// all databases. The data set itself is let pass: it has to be read over a ``RedisConnection``. When the stream breaks,
/// the link closes and is never reopened; a new one may go on at the position of the old.
package final class RedisReplication: Sendable {
    package enum Event: Sendable {
        /// Comes first. `isContinued`: nothing was missed since the position asked for.
        case start(ReplicationPosition, isContinued: Bool)
        /// Whatever comes from now on is told as it happens.
        case synchronized
        case command(ReplicatedCommand)
    }

    private let channel: any Channel

    private init(channel: any Channel) {
        self.channel = channel
    }

    /// Connects, does the handshake and returns when Redis has answered `PSYNC`.
    ///
    /// `onEvents` is called on the event loop, with what one read brought, and may be called before this returns.
    package static func connect(
        _ configuration: RedisConfiguration, from position: ReplicationPosition?, on eventLoop: any EventLoop,
        logger: Logger, onEvents: @escaping @Sendable ([Event]) -> Void
    ) async throws(RedisError) -> RedisReplication {
        let link = try await RedisDial.connect(configuration, on: eventLoop) { channel, ready in
            let handler = RedisReplicationHandler(
                configuration, from: position, ready: ready, now: eventLoop.now, logger: logger, onEvents: onEvents)
            try channel.pipeline.syncOperations.addHandler(handler)
            return RedisReplication(channel: channel)
        }
        logger.redisConnected(configuration.endpoint)
        return link
    }

    /// Succeeds when the link has ended, for whatever reason.
    package var closeFuture: EventLoopFuture<Void> { channel.closeFuture }

    /// Returns when the link is closed; nothing is told after that.
    package func close() async {
        try? await channel.close()
        try? await channel.closeFuture.get()
    }
}
