import EngineIO
import NIOCore

/// A WebSocket's end of the pipeline: bytes in, encoded frames out.
final class WebSocketHandler: ChannelInboundHandler, SessionTransport, InputHolder {
    typealias InboundIn = ByteBuffer
    typealias OutboundOut = ByteBuffer

    private enum State {
        case open
        /// Our close frame is written; the peer's has not come.
        case closing
        case closed
    }

    private let closeTimeout: TimeAmount
    private let messageTimeout: Duration
    /// Told how many bytes are held of what is not whole.
    private let hold: (Int, any InputHolder) -> Void
    private var reader = WebSocketReader()
    private var state: State = .open
    private var context: ChannelHandlerContext?
    /// As the channel says; kept here because it is asked twice for each packet.
    private var isWritable = false
    /// What the messages go to; another one once a probe has become the session's transport.
    var receiver: (any WebSocketReceiver)?
    private var closeTask: Scheduled<Void>?
    /// When the message that is not whole began, and what looks at it in time.
    private var amidSince: ContinuousClock.Instant?
    private var messageTask: Scheduled<Void>?

    init(_ limits: ServerLimits, hold: @escaping (Int, any InputHolder) -> Void = { _, _ in }) {
        closeTimeout = TimeAmount(limits.closeTimeout)
        messageTimeout = limits.messageTimeout
        self.hold = hold
    }

    // MARK: SessionTransport

    var room: Int { isBlocked ? 0 : .max }

    var isBlocked: Bool { state != .open || !isWritable }

    var isFetched: Bool { false }

    func write(_ packet: EncodedPacket) { write(frame: packet.frame) }

    func write(frame: ByteBuffer) {
        context?.write(wrapOutboundOut(frame), promise: nil)
    }

    func flush() { context?.flush() }

    func beginClosing() {}

    func close(_ reason: CloseReason) {
        guard state == .open, let context else { return }
        state = .closing
        reader.discard()
        noteUnfinished(context)
        context.writeAndFlush(wrapOutboundOut(WebSocketFrames.close(code: reason.webSocketCode)), promise: nil)
        closeTask = context.eventLoop.assumeIsolated().scheduleTask(in: closeTimeout) { [weak self] in
            self?.closeTimedOut()
        }
    }

    // MARK: ChannelInboundHandler

    func handlerAdded(context: ChannelHandlerContext) {
        self.context = context
        isWritable = context.channel.isWritable
    }

    func handlerRemoved(context: ChannelHandlerContext) {
        closeTask?.cancel()
        messageTask?.cancel()
        hold(0, self)
        self.context = nil
        isWritable = false
        receiver = nil
    }

    func channelRead(context: ChannelHandlerContext, data: NIOAny) {
        reader.receive(unwrapInboundIn(data))
        // Asked each time: what a message does may change the limit, the receiver and the state.
        while let message = reader.next(limit: receiver?.messageLimit ?? 0) {
            switch (state, message) {
            case (.open, _): received(message, context)
            case (.closing, .close), (.closing, .broken): end(.transportClose, context)
            case (.closing, _), (.closed, _): break
            }
        }
        noteUnfinished(context)
    }

    func channelWritabilityChanged(context: ChannelHandlerContext) {
        isWritable = context.channel.isWritable
        receiver?.writabilityChanged()
        context.fireChannelWritabilityChanged()
    }

    func channelInactive(context: ChannelHandlerContext) {
        end(.transportClose, context)
        context.fireChannelInactive()
    }

    func userInboundEventTriggered(context: ChannelHandlerContext, event: Any) {
        switch event {
        case ChannelEvent.inputClosed:
            end(.transportClose, context)
        case is ChannelShouldQuiesceEvent:
            receiver?.close(.serverShuttingDown)
        default:
            context.fireUserInboundEventTriggered(event)
        }
    }

    func errorCaught(context: ChannelHandlerContext, error: any Error) {
        end(.transportError, context)
    }

    // MARK: What is not whole

    /// The server holds too much of it: this peer's goes.
    func dropInput() { receiver?.close(.inboundFlood) }

    private func noteUnfinished(_ context: ChannelHandlerContext) {
        hold(state == .open ? reader.unfinished : 0, self)
        guard state == .open, reader.isAmidMessage else { return amidSince = nil }
        guard amidSince == nil else { return }
        amidSince = .now
        scheduleMessageTimeout(context)
    }

    /// One task at a time, which looks again where the message it was for has come meanwhile.
    private func scheduleMessageTimeout(_ context: ChannelHandlerContext) {
        guard messageTask == nil, let amidSince else { return }
        let delay = ContinuousClock.now.duration(to: amidSince + messageTimeout)
        messageTask = context.eventLoop.assumeIsolated().scheduleTask(in: TimeAmount(max(.zero, delay))) {
            [weak self] in self?.messageTimedOut()
        }
    }

    private func messageTimedOut() {
        messageTask = nil
        guard let amidSince, let context else { return }
        guard amidSince + messageTimeout <= .now else { return scheduleMessageTimeout(context) }
        receiver?.close(.messageTimeout)
    }

    // MARK: Doing

    private func received(_ message: WebSocketReader.Message, _ context: ChannelHandlerContext) {
        switch message {
        case .part: _ = receiver?.receivedControlFrame()
        case .text(let bytes):
            amidSince = nil
            receiver?.received(text: bytes)
        case .binary(let bytes):
            amidSince = nil
            receiver?.received(binary: bytes)
        case .ping(let payload): answerPing(payload, context)
        case .violation(let reason): receiver?.close(reason)
        case .broken(let reason): fail(reason, context)
        case .close(let code):
            context.writeAndFlush(wrapOutboundOut(WebSocketFrames.close(code: code)), promise: nil)
            end(.transportClose, context)
        }
    }

    /// A peer that pings and does not read gets no pongs piled up.
    private func answerPing(_ payload: ByteBuffer, _ context: ChannelHandlerContext) {
        guard receiver?.receivedControlFrame() == true, context.channel.isWritable else { return }
        context.writeAndFlush(wrapOutboundOut(WebSocketFrames.pong(payload)), promise: nil)
    }

    /// Closes without waiting for the peer's close, which will not come.
    private func fail(_ reason: CloseReason, _ context: ChannelHandlerContext) {
        receiver?.close(reason)
        end(.transportClose, context)
    }

    private func closeTimedOut() {
        if let context { end(.transportClose, context) }
    }

    /// Nothing more is written; the session, where it has not ended yet, ends with the reason.
    private func end(_ reason: CloseReason, _ context: ChannelHandlerContext) {
        guard state != .closed else { return }
        state = .closed
        closeTask?.cancel()
        receiver?.close(reason)
        context.close(promise: nil)
    }
}
