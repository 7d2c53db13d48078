package import NIOCore
import NIOPosix

/// A TCP connection for a test that speaks HTTP by hand.
package struct HTTPProbe: Sendable {
    package let channel: any Channel
    private let chunks: AsyncStream<ByteBuffer>

    /// - Parameter address: from where, of this machine's own addresses; by default the one that it takes by itself.
    package static func connect(port: Int, from address: String? = nil) async throws -> HTTPProbe {
        let (chunks, sink) = AsyncStream.makeStream(of: ByteBuffer.self)
        var bootstrap = ClientBootstrap(group: MultiThreadedEventLoopGroup.singleton)
        if let address { bootstrap = bootstrap.bind(to: try SocketAddress(ipAddress: address, port: 0)) }
        let channel =
            try await bootstrap
            .channelInitializer { channel in
                channel.eventLoop.makeCompletedFuture {
                    try channel.pipeline.syncOperations.addHandler(Sink(chunks: sink))
                }
            }
            .connect(host: "127.0.0.1", port: port).get()
        return HTTPProbe(channel: channel, chunks: chunks)
    }

    package func send(_ text: String) async throws { try await channel.writeAndFlush(ByteBuffer(string: text)) }

    package func send(raw bytes: [UInt8]) async throws { try await channel.writeAndFlush(ByteBuffer(bytes: bytes)) }

    /// What comes next; nil once the connection has ended.
    package func next() async -> ByteBuffer? {
        for await chunk in chunks { return chunk }
        return nil
    }

    /// All that comes until the text stands in it, or until the connection ends.
    package func read(until text: String) async -> String {
        var received = ""
        for await chunk in chunks {
            received += String(buffer: chunk)
            if received.contains(text) { break }
        }
        return received
    }

    /// All that comes until the connection ends.
    package func readToEnd() async -> String { String(buffer: await readBytesToEnd()) }

    /// All that comes until the connection ends, where it may be no text.
    package func readBytesToEnd() async -> ByteBuffer {
        var received = ByteBuffer()
        for await chunk in chunks { received.writeImmutableBuffer(chunk) }
        return received
    }

    /// One request on its own connection, to the port's own name unless given another; the connection is closed behind the answer.
    package static func get(
        _ target: String, port: Int, host: String? = nil, headers: [String] = []
    ) async throws -> String {
        try await request("GET", target, port: port, host: host, headers: headers)
    }

    package static func request(
        _ method: String, _ target: String, port: Int, host: String? = nil, headers: [String] = [], body: String? = nil
    ) async throws -> String {
        let probe = try await connect(port: port)
        var lines =
            ["\(method) \(target) HTTP/1.1", "Host: \(host ?? "127.0.0.1:\(port)")", "Connection: close"] + headers
        if let body { lines.append("Content-Length: \(body.utf8.count)") }
        try await probe.send(lines.joined(separator: "\r\n") + "\r\n\r\n" + (body ?? ""))
        return await probe.readToEnd()
    }

    private final class Sink: ChannelInboundHandler {
        typealias InboundIn = ByteBuffer
        private let chunks: AsyncStream<ByteBuffer>.Continuation
        init(chunks: AsyncStream<ByteBuffer>.Continuation) { self.chunks = chunks }
        func channelRead(context: ChannelHandlerContext, data: NIOAny) {
            chunks.yield(unwrapInboundIn(data))
        }
        func channelInactive(context: ChannelHandlerContext) { chunks.finish() }
        func errorCaught(context: ChannelHandlerContext, error: any Error) { context.close(promise: nil) }
    }
}
