package import Logging
package import NIOCore

/// One connection that is subscribed to channel patterns.
///
/// Messages are fire and forget: what is published while no connection is live is lost. A PING with a deadline finds a
/// stalled server; then, or when the stream breaks, the connection closes and is never reopened.
package final class RedisSubscription: Sendable {
    private let channel: any Channel

    private init(channel: any Channel) {
        self.channel = channel
    }

    /// Connects, does the handshake and returns when Redis has confirmed every pattern (at least one).
    ///
    /// The configuration has to name one server, as ``RedisConnection/configuration`` does. `onMessage` is called on the event loop, in the order of arrival, and may be called before this returns.
    package static func connect(
        _ configuration: RedisConfiguration, patterns: [String], on eventLoop: any EventLoop, logger: Logger,
        onMessage: @escaping @Sendable (_ channel: [UInt8], _ payload: [UInt8]) -> Void
    ) async throws(RedisError) -> RedisSubscription {
        if patterns.isEmpty { throw RedisError(.other, "a subscription needs at least one pattern") }
        let configuration = try configuration.withCurrentPassword()
        let subscription = try await RedisDial.connect(configuration, on: eventLoop) { channel, ready in
            let handler = RedisSubscriptionHandler(
                configuration, patterns: patterns, ready: ready, now: eventLoop.now, logger: logger,
                onMessage: onMessage)
            try channel.pipeline.syncOperations.addHandler(handler)
            return RedisSubscription(channel: channel)
        }
        logger.redisConnected(configuration.endpoint)
        return subscription
    }

    /// Succeeds when the connection has ended, for whatever reason.
    package var closeFuture: EventLoopFuture<Void> { channel.closeFuture }

    /// Returns when the connection is closed; nothing is delivered after that.
    package func close() async {
        try? await channel.close()
        try? await channel.closeFuture.get()
    }
}
