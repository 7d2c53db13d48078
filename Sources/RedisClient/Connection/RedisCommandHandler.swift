internal import Logging
internal import NIOCore
internal import RESP

/// Performs on a channel what ``RedisConnectionStateMachine`` decides. Everything happens on the channel's event loop.
final class RedisCommandHandler: ChannelInboundHandler {
    typealias InboundIn = ByteBuffer
    typealias OutboundOut = ByteBuffer
    typealias Reply = @Sendable (Result<[RESPValue], RedisError>) -> Void

    private var machine: RedisConnectionStateMachine<Reply>
    private var reader: RESPReader
    private let handshake: RedisHandshake
    private let ready: EventLoopPromise<Void>
    private let wakeUp = WakeUp()
    private let logger: Logger
    private var context: ChannelHandlerContext?

    /// `ready` succeeds with the end of the handshake, or fails with a ``RedisError``.
    init(_ configuration: RedisConfiguration, ready: EventLoopPromise<Void>, now: NIODeadline, logger: Logger) {
        handshake = RedisHandshake(endpoint: configuration.endpoint, clientName: configuration.clientName)
        machine = RedisConnectionStateMachine(
            handshake: handshake, timing: .init(configuration), maxPendingBytes: configuration.maxPendingBytes, now: now
        )
        reader = RESPReader(limits: configuration.limits)
        self.ready = ready
        self.logger = logger
    }

    func send(_ bytes: ByteBuffer, replies: Int, id: UInt64, reply: @escaping Reply) {
        let now = context?.eventLoop.now ?? .now()
        switch machine.send(id: id, tag: reply, replies: replies, bytes: bytes.readableBytes, now: now) {
        case .write:
            context?.writeAndFlush(wrapOutboundOut(bytes), promise: nil)
            scheduleWakeUp()
        case .refuse(let reply, let error):
            reply(.failure(error))
        }
    }

    func cancel(id: UInt64) {
        let error = RedisError(.cancelled, "the task that asked was cancelled")
        machine.cancelled(id: id)?(.failure(error))
    }

    func close() {
        switch machine.closeRequested() {
        case .none: break
        case .close(let reason): end(reason)
        }
    }

    /// Ends the connection at once; what waits fails for this reason.
    func drop(_ reason: RedisError) { end(reason) }

    // MARK: - Channel events

    func handlerAdded(context: ChannelHandlerContext) {
        self.context = context
        if context.channel.isActive { begin(context) }
    }

    func handlerRemoved(context: ChannelHandlerContext) {
        end(RedisError(.closed, "the connection was closed"))
        self.context = nil
    }

    func channelActive(context: ChannelHandlerContext) {
        begin(context)
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

    // MARK: - Actions

    private func begin(_ context: ChannelHandlerContext) {
        do throws(RESPError) {
            context.writeAndFlush(wrapOutboundOut(try ByteBuffer(handshake.commands)), promise: nil)
        } catch {
            end(RedisError(error))
        }
        scheduleWakeUp()
    }

    private func replyReceived(_ value: RESPValue, now: NIODeadline) {
        switch machine.replyReceived(value, now: now) {
        case .none: break
        case .becomeReady: ready.succeed()
        case .complete(let reply, let values): reply(.success(values))
        case .close(let reason): end(reason)
        case .completeAndClose(let reply, let values):
            reply?(.success(values))
            end(RedisError(.closed, "the connection was closed"))
        }
    }

    private func timerFired() {
        guard let context else { return }
        switch machine.timerFired(now: context.eventLoop.now) {
        case .none: break
        case .sendPing: context.writeAndFlush(wrapOutboundOut(ByteBuffer(string: "*1\r\n$4\r\nPING\r\n")), promise: nil)
        case .close(let reason): end(reason)
        }
        scheduleWakeUp()
    }

    private func scheduleWakeUp() {
        guard let context else { return }
        wakeUp.schedule(at: machine.wakeAt, on: context.eventLoop) { [weak self] in self?.timerFired() }
    }

    private func end(_ reason: RedisError) {
        let waiting = machine.ended(reason)
        wakeUp.cancel()
        ready.fail(reason)
        if !waiting.isEmpty || reason.code != .closed { logger.redisConnectionEnded(reason, waiting: waiting.count) }
        for reply in waiting { reply(.failure(reason)) }
        context?.close(promise: nil)
    }
}

extension RedisConnectionStateMachine.Timing {
    init(_ configuration: RedisConfiguration) {
        self.init(
            handshake: TimeAmount(configuration.connectTimeout), request: TimeAmount(configuration.requestTimeout),
            pingInterval: TimeAmount(configuration.pingInterval), pingDeadline: TimeAmount(configuration.pingDeadline))
    }
}

extension ByteBuffer {
    /// All commands one after the other: one write for the whole pipeline.
    init(_ commands: [RESPCommand]) throws(RESPError) {
        self.init()
        reserveCapacity(commands.reduce(0) { $0 + $1.wireBytesEstimate })
        for command in commands {
            _ = try command.withWireBytes { writeBytes($0) }
        }
    }
}
