import NIOCore
import NIOWebSocket

/// Puts each frame into the client's stream.
final class WebSocketClientSink: ChannelInboundHandler {
    typealias InboundIn = WebSocketFrame

    private let frames: AsyncStream<WebSocketClient.Frame>.Continuation

    init(frames: AsyncStream<WebSocketClient.Frame>.Continuation) { self.frames = frames }

    func channelRead(context: ChannelHandlerContext, data: NIOAny) {
        let frame = unwrapInboundIn(data)
        var payload = frame.data
        switch frame.opcode {
        case .text where frame.rsv1, .binary where frame.rsv1:
            frames.yield(.compressed(Array(payload.readableBytesView), isText: frame.opcode == .text))
        case .text: frames.yield(.text(String(buffer: payload)))
        case .binary: frames.yield(.binary(Array(payload.readableBytesView)))
        case .ping: frames.yield(.ping(Array(payload.readableBytesView)))
        case .pong: frames.yield(.pong(Array(payload.readableBytesView)))
        case .connectionClose: frames.yield(.close(payload.readInteger(as: UInt16.self)))
        default: break
        }
    }

    func channelInactive(context: ChannelHandlerContext) { frames.finish() }

    func errorCaught(context: ChannelHandlerContext, error: any Error) {
        frames.finish()
        context.close(promise: nil)
    }
}
