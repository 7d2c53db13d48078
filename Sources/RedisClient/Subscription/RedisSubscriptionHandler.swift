internal import Logging
internal import NIOCore
internal import RESP

/// Performs on a channel what ``RedisSubscriptionStateMachine`` decides. Everything happens on the channel's event loop.
final class RedisSubscriptionHandler: ChannelInboundHandler {
    typealias InboundIn = ByteBuffer
    typealias OutboundOut = ByteBuffer

    private var machine: RedisSubscriptionStateMachine
    private var reader: RESPReader
    private let handshake: RedisHandshake
    private let patterns: [String]
    private let ready: EventLoopPromise<Void>
    private let onMessage: @Sendable (_ channel: [UInt8], _ payload: [UInt8]) -> Void
    private let wakeUp = WakeUp()
    private let logger: Logger
    private var context: ChannelHandlerContext?

    /// `ready` succeeds once all patterns are subscribed to, or fails with a ``RedisError``.
    init(
        _ configuration: RedisConfiguration, patterns: [String], ready: EventLoopPromise<Void>, now: NIODeadline,
        logger: Logger, onMessage: @escaping @Sendable (_ channel: [UInt8], _ payload: [UInt8]) -> Void
    ) {
        handshake = RedisHandshake(endpoint: configuration.endpoint, clientName: configuration.clientName)
        machine = RedisSubscriptionStateMachine(
            handshake: handshake, patterns: patterns.count, timing: .init(configuration), now: now)
        reader = RESPReader(limits: configuration.limits)
        self.patterns = patterns
        self.ready = ready
        self.logger = logger
        self.onMessage = onMessage
    }

    func handlerAdded(context: ChannelHandlerContext) {
        self.context = context
        if context.channel.isActive { begin() }
    }

    func handlerRemoved(context: ChannelHandlerContext) {
        end(RedisError(.closed, "the connection was closed"))
        self.context = nil
    }

    func channelActive(context: ChannelHandlerContext) {
        begin()
        context.fireChannelActive()
    }

    func channelRead(context: ChannelHandlerContext, data: NIOAny) {
        unwrapInboundIn(data).withUnsafeReadableBytes { reader.feed($0) }
        let now = context.eventLoop.now
        do throws(RESPError) {
            while let value = try reader.next() { replyReceived(value, now: now) }
        } catch {
            end(RedisError(error))
        }
        scheduleWakeUp()
    }

    func channelInactive(context: ChannelHandlerContext) {
        end(machine.hangUpReason())
        context.fireChannelInactive()
    }

    func errorCaught(context: ChannelHandlerContext, error: any Error) {
        // Where it broke off right after a last word, that is the reason.
        let said = machine.hangUpReason()
        let broke = RedisError(.closed, "the connection broke: \(error)", underlying: error)
        end(error as? RedisError ?? (said.reply == nil ? broke : said))
    }

    private func begin() {
        write(handshake.commands)
        scheduleWakeUp()
    }

    private func replyReceived(_ value: RESPValue, now: NIODeadline) {
        switch machine.replyReceived(value, now: now) {
        case .none: break
        case .sendSubscribe: write([RESPCommand("PSUBSCRIBE", patterns.map(RESPArgument.string))])
        case .becomeLive: ready.succeed()
        case .deliver(let channel, let payload): onMessage(channel, payload)
        case .close(let reason): end(reason)
        }
    }

    private func timerFired() {
        guard let context else { return }
        switch machine.timerFired(now: context.eventLoop.now) {
        case .none: break
        case .sendPing: write([RESPCommand("PING")])
        case .close(let reason): end(reason)
        }
        scheduleWakeUp()
    }

    private func write(_ commands: [RESPCommand]) {
        do throws(RESPError) {
            context?.writeAndFlush(wrapOutboundOut(try ByteBuffer(commands)), promise: nil)
        } catch {
            end(RedisError(error))
        }
    }

    private func scheduleWakeUp() {
        guard let context else { return }
        wakeUp.schedule(at: machine.wakeAt, on: context.eventLoop) { [weak self] in self?.timerFired() }
    }

    private func end(_ reason: RedisError) {
        machine.ended()
        wakeUp.cancel()
        ready.fail(reason)
        if reason.code != .closed { logger.redisConnectionEnded(reason, waiting: 0) }
        context?.close(promise: nil)
    }
}

extension RedisSubscriptionStateMachine.Timing {
    init(_ configuration: RedisConfiguration) {
        self.init(
            handshake: TimeAmount(configuration.connectTimeout), pingInterval: TimeAmount(configuration.pingInterval),
            pingDeadline: TimeAmount(configuration.pingDeadline))
    }
}
