import NIOCore
import NIOHTTP1
import NIOPosix
import NIOWebSocket
import SocketIOServer
import TestSupport
import Testing

/// The direct way on real sockets.
@Suite(.timeLimit(.minutes(1)))
struct DirectSocketTests {
    /// Of a few bytes up to more than the kernel takes at once.
    private static let sizes = [1, 100, 126, 5_000, 65_536, 3, 200_000, 20, 17_000, 70_000]

    @Test func `events of all sizes come whole and in order to a client that reads in small bites`() async throws {
        let configuration = SocketIOServerConfiguration.make { $0.limits.outboxBytes = 64 << 20 }
        try await RunningServer.with(configuration, setUp: { _ = $0.of("/") }) { running in
            let client = try await SocketIOTestClient.connect(port: running.port)
            let bites = FixedSizeRecvByteBufferAllocator(capacity: 777)
            try await client.socket.channel.setOption(.recvAllocator, value: bites).get()
            let namespace = running.server.of("/")
            let rounds = 12
            for round in 0..<rounds {
                // Some turns send several: one call for all of them.
                try await namespace.eventLoop.submit {
                    for (index, size) in Self.sizes.enumerated() {
                        try namespace.emit("n", round * Self.sizes.count + index, String(repeating: "x", count: size))
                    }
                }.get()
            }
            for number in 0..<rounds * Self.sizes.count {
                let event = try await client.nextEvent()
                #expect(event.arguments.first == .number(Double(number)))
                let padding = String(repeating: "x", count: Self.sizes[number % Self.sizes.count])
                #expect(event.arguments.last == .string(padding))
            }
        }
    }

    @Test func `hundreds of small events of one turn arrive in order`() async throws {
        try await RunningServer.with(setUp: { _ = $0.of("/") }) { running in
            let client = try await SocketIOTestClient.connect(port: running.port)
            let namespace = running.server.of("/")
            try await namespace.eventLoop.submit { for number in 0..<700 { try namespace.emit("n", number) } }.get()
            for number in 0..<700 { #expect(try await client.nextEvent().arguments == [.number(Double(number))]) }
        }
    }

    /// Exchanges all bits of a byte with their opposites, both ways.
    private final class Cipher: ChannelDuplexHandler {
        typealias InboundIn = ByteBuffer
        typealias InboundOut = ByteBuffer
        typealias OutboundIn = ByteBuffer
        typealias OutboundOut = ByteBuffer

        func channelRead(context: ChannelHandlerContext, data: NIOAny) {
            context.fireChannelRead(wrapInboundOut(Self.turn(unwrapInboundIn(data))))
        }

        func write(context: ChannelHandlerContext, data: NIOAny, promise: EventLoopPromise<Void>?) {
            context.write(wrapOutboundOut(Self.turn(unwrapOutboundIn(data))), promise: promise)
        }

        static func turn(_ bytes: ByteBuffer) -> ByteBuffer { ByteBuffer(bytes: bytes.readableBytesView.map { ~$0 }) }
    }

    @Test func `handlers that others have put before ours see every byte, as TLS must`() async throws {
        let io = SocketIOServer(logger: .quiet)
        _ = io.of("/")
        let listener = try await ServerBootstrap(group: io.eventLoop)
            .childChannelInitializer { channel in
                channel.eventLoop.makeCompletedFuture {
                    try channel.pipeline.syncOperations.addHandler(Cipher())
                }.flatMap { io.configure(channel, secure: true) }
            }
            .bind(host: "127.0.0.1", port: 0).get()
        let probe = try await HTTPProbe.connect(port: try #require(listener.localAddress?.port))
        try await probe.channel.eventLoop.submit {
            try probe.channel.pipeline.syncOperations.addHandler(Cipher(), position: .first)
        }.get()
        try await probe.send(
            "GET \(RunningServer.target) HTTP/1.1\r\nHost: x\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n"
                + "Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\nSec-WebSocket-Version: 13\r\n\r\n")
        #expect(await probe.read(until: "\"maxPayload\"").contains("0{\"sid\""))
        try await probe.send(raw: WebSocketClient.frame(opcode: .text, Array("40".utf8)))
        #expect(await probe.read(until: "40{\"sid\"").contains("40{\"sid\""))
        try await listener.close()
        io.shutDown()
        try await probe.channel.closeFuture.get()
    }

    /// Answers each request with more than the kernel takes.
    private final class Flood: ChannelInboundHandler {
        typealias InboundIn = HTTPServerRequestPart
        typealias OutboundOut = HTTPServerResponsePart

        static let bytes = 16 << 20

        func channelRead(context: ChannelHandlerContext, data: NIOAny) {
            guard case .end = unwrapInboundIn(data) else { return }
            let length = HTTPHeaders([("content-length", "\(Self.bytes)")])
            let head = HTTPResponseHead(version: .http1_1, status: .ok, headers: length)
            context.write(wrapOutboundOut(.head(head)), promise: nil)
            context.write(
                wrapOutboundOut(.body(.byteBuffer(ByteBuffer(repeating: 0x2e, count: Self.bytes)))), promise: nil)
            context.writeAndFlush(wrapOutboundOut(.end(nil)), promise: nil)
        }
    }

    @Test func `the first frames do not overtake answers that the client has not read yet`() async throws {
        let pages = HTTPService { channel, _ in
            try channel.pipeline.syncOperations.addHandler(Flood())
            return nil
        }
        try await RunningServer.with(http: pages, setUp: { _ = $0.of("/") }) { running in
            let probe = try await HTTPProbe.connect(port: running.port)
            try await probe.channel.setOption(.autoRead, value: false).get()
            try await probe.send(
                "GET /flood HTTP/1.1\r\nHost: x\r\n\r\n"
                    + "GET \(RunningServer.target) HTTP/1.1\r\nHost: x\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n"
                    + "Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\nSec-WebSocket-Version: 13\r\n\r\n")
            while await running.server.statistics().sessions == 0 { try await running.turn() }
            try await probe.channel.setOption(.autoRead, value: true).get()
            var received = ByteBuffer()
            var tail: String {
                String(decoding: received.readableBytesView.suffix(2_000), as: UTF8.self)
            }
            while !tail.contains("\"maxPayload\""), let chunk = await probe.next() {
                received.writeImmutableBuffer(chunk)
            }
            let parts = tail.split(separator: "HTTP/1.1 101 Switching Protocols")
            #expect(parts.count == 2 && parts[0].allSatisfy { $0 == "." })
            #expect(parts.last?.contains("\r\n\r\n") == true && parts.last?.contains("0{\"sid\"") == true)
            try await probe.channel.close()
        }
    }
}
