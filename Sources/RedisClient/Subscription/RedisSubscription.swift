package import Logging
package import NIOCore
internal import RESP

/// One connection that is subscribed to channel patterns.
///
/// Messages are not repeated: what is published while no connection is live is lost. A PING with a deadline finds a
/// server that stalls. Then, or when the stream breaks, the connection closes. It is never reopened.
package final class RedisSubscription: RedisListening {
    /// Called on the event loop, in the order of arrival.
    package typealias MessageHandler = @Sendable (_ channel: [UInt8], _ payload: [UInt8]) -> Void

    package let channel: any Channel

    private init(channel: any Channel) {
        self.channel = channel
    }

    /// Connects, does the handshake and returns when Redis has confirmed every pattern (at least one).
    ///
    /// The configuration has to name one server, as ``RedisConnection/configuration`` does. `onMessage` may be called
    /// before this returns.
    package static func connect(
        _ configuration: RedisConfiguration, patterns: [String], on eventLoop: any EventLoop, logger: Logger,
        onMessage: @escaping MessageHandler
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
}

/// Performs on a channel what ``RedisSubscriptionStateMachine`` decides.
private final class RedisSubscriptionHandler: RedisReplyChannelHandler<RedisSubscriptionStateMachine> {
    private let patterns: [String]
    private let onMessage: RedisSubscription.MessageHandler

    /// `ready` succeeds once all patterns are subscribed to.
    init(
        _ configuration: RedisConfiguration, patterns: [String], ready: EventLoopPromise<Void>, now: NIODeadline,
        logger: Logger, onMessage: @escaping RedisSubscription.MessageHandler
    ) {
        let handshake = RedisHandshake(endpoint: configuration.endpoint, clientName: configuration.clientName)
        self.patterns = patterns
        self.onMessage = onMessage
        super.init(
            RedisSubscriptionStateMachine(
                handshake: handshake, patterns: patterns.count, timing: .init(configuration), now: now),
            opening: handshake.commands, limits: configuration.limits, ready: ready, logger: logger)
    }

    override func replyReceived(_ value: RESPValue, now: NIODeadline) {
        switch machine.replyReceived(value, now: now) {
        case .none: break
        case .sendSubscribe: write([RESPCommand("PSUBSCRIBE", patterns.map(RESPArgument.string))])
        case .becomeLive: ready.succeed()
        case .deliver(let channel, let payload): onMessage(channel, payload)
        case .close(let reason): end(reason)
        }
    }
}
