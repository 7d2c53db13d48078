package import NIOCore
import NIOPosix
package import NIOWebSocket

/// A small WebSocket client for tests and benchmarks, over plain TCP on loopback.
///
/// ```swift
/// let client = try await WebSocketClient.connect(port: port, path: "/socket.io/?EIO=4&transport=websocket")
/// for try await frame in client.frames { … }
/// ```
package struct WebSocketClient: Sendable {
    /// What the server sent: whole frames, the data unmasked.
    package enum Frame: Sendable, Equatable {
        case text(String)
        case binary([UInt8])
        /// The payload of a compressed message as it came, of text or not.
        case compressed([UInt8], isText: Bool)
        case ping([UInt8])
        case pong([UInt8])
        /// The code, where the frame has one.
        case close(UInt16?)
    }

    /// The server answered the handshake with something else than 101.
    package struct Refused: Error, Sendable {
        package let status: Int
        package let headers: [(name: String, value: String)]
        package let body: String
    }

    /// The server closed the connection before its answer was whole.
    package struct ConnectionClosed: Error, Sendable {}

    package let channel: any Channel
    /// Every frame in order; ends when the connection does. To be read by one task.
    package let frames: AsyncStream<Frame>
    /// The header of the answer to the handshake.
    package let responseHeader: String

    /// Shakes hands; the event loop group is NIO's singleton unless given.
    ///
    /// - Throws: ``Refused`` for another answer than 101, ``ConnectionClosed`` for none.
    package static func connect(
        host: String = "127.0.0.1", port: Int, path: String, headers: [(String, String)] = [],
        group: any EventLoopGroup = MultiThreadedEventLoopGroup.singleton
    ) async throws -> WebSocketClient {
        let handshake =
            [
                "GET \(path) HTTP/1.1", "Host: \(host):\(port)", "Upgrade: websocket", "Connection: Upgrade",
                "Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==", "Sec-WebSocket-Version: 13",
            ] + headers.map { "\($0): \($1)" }
        return try await connect(
            host: host, port: port, request: handshake.joined(separator: "\r\n") + "\r\n\r\n", group: group)
    }

    /// As ``connect(host:port:path:headers:group:)`` with the whole request written by the caller, and bytes that are sent with it.
    package static func connect(
        host: String = "127.0.0.1", port: Int, request: String, early: [UInt8] = [],
        group: any EventLoopGroup = MultiThreadedEventLoopGroup.singleton
    ) async throws -> WebSocketClient {
        let (frames, sink) = AsyncStream.makeStream(of: Frame.self)
        let loop = group.next()
        let opened = loop.makePromise(of: String.self)
        let channel: any Channel
        do {
            channel = try await ClientBootstrap(group: loop)
                .channelOption(.tcpOption(.tcp_nodelay), value: 1)
                .channelInitializer { channel in
                    channel.eventLoop.makeCompletedFuture {
                        try channel.pipeline.syncOperations.addHandler(
                            WebSocketClientHandshake(opened: opened, frames: sink))
                    }
                }
                .connect(host: host, port: port)
                .get()
            try await channel.writeAndFlush(ByteBuffer(bytes: Array(request.utf8) + early))
        } catch {
            // Nobody listens, or the server hung up: the handler may never be asked.
            opened.fail(error)
            throw error
        }
        let header = try await opened.futureResult.get()
        return WebSocketClient(channel: channel, frames: frames, responseHeader: header)
    }

    /// The next frame; nil once the connection has ended.
    package func next() async -> Frame? {
        for await frame in frames { return frame }
        return nil
    }

    package func send(text: String) async throws {
        try await send(raw: Self.frame(opcode: .text, Array(text.utf8)))
    }

    package func send(binary: [UInt8]) async throws {
        try await send(raw: Self.frame(opcode: .binary, binary))
    }

    package func send(close code: UInt16?) async throws {
        let payload = code.map { [UInt8($0 >> 8), UInt8($0 & 0xff)] } ?? []
        try await send(raw: Self.frame(opcode: .connectionClose, payload))
    }

    /// Sends bytes as they are.
    package func send(raw bytes: [UInt8]) async throws {
        try await channel.writeAndFlush(ByteBuffer(bytes: bytes))
    }

    /// Stops or resumes taking bytes from the socket: a client that stalls.
    package func setReading(_ isReading: Bool) async throws {
        try await channel.setOption(.autoRead, value: isReading).get()
        if isReading { channel.read() }
    }

    /// Cuts the connection without a close frame.
    package func disconnect() async throws { try await channel.close() }

    /// A frame as a client sends it: masked.
    package static func frame(opcode: WebSocketOpcode, isLast: Bool = true, _ payload: [UInt8]) -> [UInt8] {
        var bytes: [UInt8] = [(isLast ? 0x80 : 0) | UInt8(webSocketOpcode: opcode)]
        switch payload.count {
        case ...125: bytes.append(0x80 | UInt8(payload.count))
        case ...0xffff: bytes += [0x80 | 126, UInt8(payload.count >> 8), UInt8(payload.count & 0xff)]
        default:
            bytes.append(0x80 | 127)
            for shift in stride(from: 56, through: 0, by: -8) { bytes.append(UInt8(payload.count >> shift & 0xff)) }
        }
        let key: [UInt8] = [0x12, 0x34, 0x56, 0x78]
        bytes += key
        bytes += payload.enumerated().map { $1 ^ key[$0 % 4] }
        return bytes
    }
}
