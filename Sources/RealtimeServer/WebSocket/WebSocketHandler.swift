import EngineIO
import NIOCore
import NIOWebSocket

/// The end of a WebSocket's pipeline: frames in, encoded frames out.
final class WebSocketHandler: ChannelInboundHandler, SessionTransport {
    typealias InboundIn = WebSocketFrame
    typealias OutboundOut = ByteBuffer

    private enum State {
        case open
        /// Our close frame is written; the peer's has not come.
        case closing
        case closed
    }

    private let closeTimeout: TimeAmount
    private var reader: WebSocketMessageReader
    private var state: State = .open
    private var context: ChannelHandlerContext?
    /// As the channel says; kept here because it is asked twice for each packet.
    private var isWritable = false
    /// What the messages go to; another one once a probe has become the session's transport.
    var receiver: (any WebSocketReceiver)?
    private var closeTask: Scheduled<Void>?

    init(maxPayload: Int, closeTimeout: Duration) {
        reader = WebSocketMessageReader(maxBytes: maxPayload)
        self.closeTimeout = TimeAmount(closeTimeout)
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
        self.context = nil
        isWritable = false
        receiver = nil
    }

    func channelRead(context: ChannelHandlerContext, data: NIOAny) {
        let frame = unwrapInboundIn(data)
        switch state {
        case .open: received(reader.receive(frame), context)
        case .closing: if frame.opcode == .connectionClose { end(.transportClose, context) }
        case .closed: break
        }
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
        switch error {
        case NIOWebSocketError.invalidFrameLength: receiver?.close(.messageTooLarge)
        // The decoder has lost the thread: a close of the peer could not be read any more.
        case is NIOWebSocketError: fail(.webSocketViolation, context)
        default: end(.transportError, context)
        }
    }

    // MARK: Doing

    private func received(_ message: WebSocketMessageReader.Message, _ context: ChannelHandlerContext) {
        switch message {
        case .none: _ = receiver?.receivedControlFrame()
        case .text(let bytes): receiver?.received(text: bytes)
        case .binary(let bytes): receiver?.received(binary: bytes)
        case .ping(let payload): answerPing(payload, context)
        case .violation(let reason): receiver?.close(reason)
        case .invalidClose(let reason): fail(reason, context)
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
