internal import Logging
internal import NIOCore
internal import RESP

/// Performs on a channel what ``RedisReplicationStateMachine`` decides. Everything happens on the channel's event loop.
final class RedisReplicationHandler: ChannelInboundHandler {
    typealias InboundIn = ByteBuffer
    typealias OutboundOut = ByteBuffer

    private var machine: RedisReplicationStateMachine
    private let commands: [RESPCommand]
    private let asked: ReplicationPosition?
    private let ready: EventLoopPromise<Void>
    private let onEvents: @Sendable ([RedisReplication.Event]) -> Void
    private let wakeUp = WakeUp()
    private let logger: Logger
    private var context: ChannelHandlerContext?

    /// `ready` succeeds once PSYNC is answered, or fails with a ``RedisError``.
    init(
        _ configuration: RedisConfiguration, from position: ReplicationPosition?, ready: EventLoopPromise<Void>,
        now: NIODeadline, logger: Logger, onEvents: @escaping @Sendable ([RedisReplication.Event]) -> Void
    ) {
        // The stream is of all databases: to select one needs a permission and means nothing.
        var endpoint = configuration.endpoint
        endpoint.database = 0
        let handshake = RedisHandshake(endpoint: endpoint, clientName: configuration.clientName)
        commands = handshake.commands + RedisReplicationStateMachine.introduction
        asked = position
        machine = RedisReplicationStateMachine(
            handshake: handshake, from: position, timing: .init(handshake: TimeAmount(configuration.connectTimeout)),
            now: now)
        self.ready = ready
        self.logger = logger
        self.onEvents = onEvents
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
        let now = context.eventLoop.now
        let actions = unwrapInboundIn(data).withUnsafeReadableBytes { machine.received($0, now: now) }
        var events: [RedisReplication.Event] = []
        events.reserveCapacity(actions.count)
        var failure: RedisError?
        for action in actions {
            switch action {
            case .synchronize: write([RedisReplicationStateMachine.synchronize(from: asked)])
            case .start(let position, let isContinued):
                events.append(.start(position, isContinued: isContinued))
                ready.succeed()
            case .synchronized: events.append(.synchronized)
            case .command(let command): events.append(.command(command))
            case .close(let reason): failure = reason
            }
        }
        if !events.isEmpty { onEvents(events) }
        if let failure { end(failure) }
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
        write(commands)
        scheduleWakeUp()
    }

    private func timerFired() {
        guard let context else { return }
        switch machine.timerFired(now: context.eventLoop.now) {
        case .none: break
        case .acknowledge(let offset): write([RESPCommand("REPLCONF", "ACK", .integer(offset))])
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
