import NIOCore
import NIOWebSocket

/// Reads the answer to a handshake, then gives its place to the frame decoder.
final class WebSocketClientHandshake: ChannelInboundHandler, RemovableChannelHandler {
    typealias InboundIn = ByteBuffer
    typealias InboundOut = ByteBuffer

    private let opened: EventLoopPromise<String>
    private let frames: AsyncStream<WebSocketClient.Frame>.Continuation
    private var received = ByteBuffer()
    private var isOpen = false

    init(opened: EventLoopPromise<String>, frames: AsyncStream<WebSocketClient.Frame>.Continuation) {
        self.opened = opened
        self.frames = frames
    }

    func channelRead(context: ChannelHandlerContext, data: NIOAny) {
        guard !isOpen else { return context.fireChannelRead(data) }
        received.writeImmutableBuffer(unwrapInboundIn(data))
        guard let header = takeHeader() else { return }
        guard header.hasPrefix("HTTP/1.1 101 ") else { return refused(header, context) }
        isOpen = true
        do {
            let decoder = ByteToMessageHandler(WebSocketFrameDecoder(maxFrameSize: 64 << 20))
            try context.pipeline.syncOperations.addHandlers([decoder, WebSocketClientSink(frames: frames)])
        } catch {
            return opened.fail(error)
        }
        opened.succeed(header)
        if received.readableBytes > 0 { context.fireChannelRead(wrapInboundOut(received)) }
        context.pipeline.syncOperations.removeHandler(self, promise: nil)
    }

    func channelInactive(context: ChannelHandlerContext) {
        opened.fail(WebSocketClient.ConnectionClosed())
        frames.finish()
        context.fireChannelInactive()
    }

    func errorCaught(context: ChannelHandlerContext, error: any Error) {
        opened.fail(error)
        context.close(promise: nil)
    }

    private func takeHeader() -> String? {
        let view = received.readableBytesView
        var last: [UInt8] = []
        for (offset, byte) in view.enumerated() {
            last.append(byte)
            if last.suffix(4) == [13, 10, 13, 10] { return received.readString(length: offset + 1) }
        }
        return nil
    }

    /// The body is taken to come with the header: the answers of the server under test are small.
    private func refused(_ header: String, _ context: ChannelHandlerContext) {
        let lines = header.split(separator: "\r\n")
        let status = lines.first?.split(separator: " ").dropFirst().first.flatMap { Int($0) }
        let headers = lines.dropFirst().map { line -> (name: String, value: String) in
            let parts = line.split(separator: ":", maxSplits: 1)
            return (parts[0].lowercased(), parts.count > 1 ? String(parts[1].drop { $0 == " " }) : "")
        }
        opened.fail(WebSocketClient.Refused(status: status ?? 0, headers: headers, body: String(buffer: received)))
        context.close(promise: nil)
    }
}
