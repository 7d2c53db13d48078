internal import Logging
internal import NIOCore
internal import RESP

/// All rules of one connection to Redis. It holds no channel and reads no clock.
protocol RedisStateMachine {
    /// Names a caller that waits for an answer; `Never` where nobody can wait.
    associatedtype Tag = Never

    /// When ``timerFired(now:)`` has to be called at the latest; nil for never.
    var wakeAt: NIODeadline? { get }
    mutating func timerFired(now: NIODeadline) -> RedisTimerAction

    /// Why Redis hung up. During the handshake this is what Redis said before (`-DENIED`, too many clients).
    func hangUpReason() -> RedisError

    /// The connection has ended for `reason`. Gives all callers that still wait; none when it is called again.
    mutating func ended(_ reason: RedisError) -> [Tag]
}

enum RedisTimerAction: Equatable {
    case none
    case send(RESPCommand)
    case close(RedisError)
}

/// What the channel handlers of all kinds of connections share: the opening commands, one timer, and the end.
///
/// A subclass adds what its state machine makes of the bytes that come. Everything happens on the channel's event loop.
class RedisChannelHandler<Machine: RedisStateMachine>: ChannelInboundHandler {
    typealias InboundIn = ByteBuffer
    typealias OutboundOut = ByteBuffer

    final var machine: Machine
    /// Succeeds once the connection can be used, or fails with a ``RedisError``.
    final let ready: EventLoopPromise<Void>
    private let opening: [RESPCommand]
    private let logger: Logger
    private let wakeUp = WakeUp()
    private var context: ChannelHandlerContext?

    /// - Parameter opening: the first commands, sent in one write.
    init(_ machine: Machine, opening: [RESPCommand], ready: EventLoopPromise<Void>, logger: Logger) {
        self.machine = machine
        self.opening = opening
        self.ready = ready
        self.logger = logger
    }

    // MARK: - For subclasses

    /// What one read brought. To be overridden.
    func received(_ bytes: ByteBuffer, now: NIODeadline) {}

    /// The callers that waited when the connection ended. To be overridden where there can be some.
    func fail(_ waiting: [Machine.Tag], _ reason: RedisError) {}

    final var now: NIODeadline { context?.eventLoop.now ?? .now() }

    final func write(_ bytes: ByteBuffer) {
        context?.writeAndFlush(wrapOutboundOut(bytes), promise: nil)
    }

    final func write(_ commands: [RESPCommand]) {
        do throws(RESPError) { write(try ByteBuffer(commands)) } catch { end(RedisError(error)) }
    }

    /// To be called after each event that may have moved the state machine's deadline forward.
    final func scheduleWakeUp() {
        guard let context else { return }
        wakeUp.schedule(at: machine.wakeAt, on: context.eventLoop) { [weak self] in self?.timerFired() }
    }

    /// Ends the connection at once. All that waits fails for this reason.
    final func end(_ reason: RedisError) {
        let waiting = machine.ended(reason)
        wakeUp.cancel()
        ready.fail(reason)
        if !waiting.isEmpty || reason.code != .closed { logger.redisConnectionEnded(reason, waiting: waiting.count) }
        fail(waiting, reason)
        context?.close(promise: nil)
    }

    private func timerFired() {
        switch machine.timerFired(now: now) {
        case .none: break
        case .send(let command): write([command])
        case .close(let reason): end(reason)
        }
        scheduleWakeUp()
    }

    // MARK: - Channel events

    final func handlerAdded(context: ChannelHandlerContext) {
        self.context = context
        if context.channel.isActive { begin() }
    }

    final func handlerRemoved(context: ChannelHandlerContext) {
        end(RedisError(.closed, "the connection was closed"))
        self.context = nil
    }

    final func channelActive(context: ChannelHandlerContext) {
        begin()
        context.fireChannelActive()
    }

    private func begin() {
        write(opening)
        scheduleWakeUp()
    }

    final func channelRead(context: ChannelHandlerContext, data: NIOAny) {
        // NIO's own `unwrapInboundIn` would end the process where another handler passes on something else.
        guard let bytes = context.channel._channelCore.tryUnwrapData(data, as: InboundIn.self) else {
            return end(RedisError(.protocolViolation, "what came through the connection were no bytes"))
        }
        received(bytes, now: context.eventLoop.now)
        scheduleWakeUp()
    }

    final func channelInactive(context: ChannelHandlerContext) {
        end(machine.hangUpReason())
        context.fireChannelInactive()
    }

    final func errorCaught(context: ChannelHandlerContext, error: any Error) {
        // Where Redis gave a reason right before the connection broke, that is the reason.
        let said = machine.hangUpReason()
        let broke = RedisError(.closed, "the connection broke: \(error)", underlying: error)
        end(error as? RedisError ?? (said.reply == nil ? broke : said))
    }
}

/// One timer on an event loop, which is moved only when it has to fire earlier. So deadlines that each request moves
/// into the future cost nothing: an early call finds nothing to do and sets the next timer.
///
/// Must be used on the event loop only.
private final class WakeUp {
    private var scheduled: Scheduled<Void>?
    private var firesAt: NIODeadline?

    /// Calls `body` at `time` or before. Nil leaves a timer that is set to fire once more.
    func schedule(at time: NIODeadline?, on eventLoop: any EventLoop, _ body: @escaping () -> Void) {
        guard let time else { return }
        if let firesAt, firesAt <= time { return }
        scheduled?.cancel()
        firesAt = time
        scheduled = eventLoop.assumeIsolated().scheduleTask(deadline: time) { [weak self] in
            self?.firesAt = nil
            body()
        }
    }

    func cancel() {
        scheduled?.cancel()
        (scheduled, firesAt) = (nil, nil)
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
