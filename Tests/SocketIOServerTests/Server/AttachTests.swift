import Hummingbird
import HummingbirdCore
import JSONBytes
import Logging
import NIOCore
import NIOHTTP1
import NIOPosix
import ServiceLifecycle
import SocketIOHummingbird
import SocketIOServer
import TestSupport
import Testing

/// Serving the connections of other servers.
@Suite(.timeLimit(.minutes(1)))
struct AttachTests {
    @Test func `a Hummingbird application serves its router and Socket IO on one port, and ends both`() async throws {
        let io = Self.server()
        let router = Router()
        router.get("/hello") { _, _ in "from the router" }
        let (ports, sink) = AsyncStream.makeStream(of: Int.self)
        let application = Application(
            router: router, server: .socketIO(io), configuration: .init(address: .hostname("127.0.0.1", port: 0)),
            onServerRunning: { sink.yield($0.localAddress?.port ?? 0) },
            eventLoopGroupProvider: .shared(io.eventLoop), logger: .quiet)
        let services = ServiceGroup(configuration: .init(services: [application], logger: .quiet))
        try await withThrowingTaskGroup(of: Void.self) { group in
            group.addTask { try await services.run() }
            let port = try await Self.first(of: ports)
            #expect(try await HTTPProbe.get("/hello", port: port).hasSuffix("from the router"))
            let client = try await SocketIOTestClient.connect(port: port)
            #expect(try await client.emitWithAck("echo", "7") == [.number(7)])
            let polling = try await PollingClient.connect(port: port)
            let waiting = try await polling.beginPoll()
            #expect(try await HTTPProbe.get("/hello", port: port).hasSuffix("from the router"))
            await services.triggerGracefulShutdown()
            _ = await client.untilClosed()
            #expect(await waiting.readToEnd().hasSuffix("1"))
            try await group.waitForAll()
        }
        #expect(await io.statistics().sessions == 0)
    }

    @Test func `a NIO server hands its connections over`() async throws {
        let io = Self.server()
        let listener = try await ServerBootstrap(group: io.eventLoop)
            .childChannelInitializer { io.configure($0) }
            .bind(host: "127.0.0.1", port: 0).get()
        let port = try #require(listener.localAddress?.port)
        let client = try await SocketIOTestClient.connect(port: port)
        #expect(try await client.emitWithAck("echo", "\"x\"") == [.string("x")])
        #expect(try await HTTPProbe.get("/elsewhere", port: port).hasPrefix("HTTP/1.1 404"))
        try await listener.close()
        io.shutDown()
        #expect(await client.untilClosed() == 1001)
    }

    /// Answers each request with its target, once it has come in whole.
    private final class Targets: ChannelInboundHandler {
        typealias InboundIn = HTTPServerRequestPart
        typealias OutboundOut = HTTPServerResponsePart

        private var target = ""

        func channelRead(context: ChannelHandlerContext, data: NIOAny) {
            switch unwrapInboundIn(data) {
            case .head(let head): target = head.uri
            case .body: break
            case .end:
                context.write(wrapOutboundOut(.head(HTTPResponseHead(version: .http1_1, status: .ok))), promise: nil)
                context.write(wrapOutboundOut(.body(.byteBuffer(ByteBuffer(string: target)))), promise: nil)
                context.writeAndFlush(wrapOutboundOut(.end(nil)), promise: nil)
            }
        }
    }

    @Test func `a handler of NIO alone answers other requests, and its work ends with the server`() async throws {
        let (works, sink) = AsyncStream.makeStream(of: String.self)
        let pages = HTTPService { channel, _ in
            try channel.pipeline.syncOperations.addHandler(Targets())
            sink.yield("begun")
            return {
                for await _ in AsyncStream<Void>.makeStream().stream {}
                sink.yield("cancelled")
            }
        }
        try await RunningServer.with(http: pages) { running in
            let connection = try await ReusedConnection(port: running.port)
            for target in ["/a", "/b?c"] {
                try await connection.send("GET \(target) HTTP/1.1\r\nHost: x\r\n\r\n")
                let answer = await connection.probe.read(until: "0\r\n\r\n")
                #expect(answer.hasPrefix("HTTP/1.1 200") && answer.contains("\r\n\(target)\r\n"))
            }
            let polling = try await HTTPProbe.get("/socket.io/?EIO=4&transport=polling", port: running.port)
            #expect(polling.contains(#"0{"sid":"#))
        }
        sink.finish()
        #expect(await works.reduce(into: []) { $0.append($1) } == ["begun", "cancelled"])
    }

    @Test func `a connection on another event loop is refused`() async throws {
        let group = MultiThreadedEventLoopGroup(numberOfThreads: 1)
        let io = Self.server()
        let channel = try await DatagramBootstrap(group: group).bind(host: "127.0.0.1", port: 0).get()
        await #expect(throws: AttachError.eventLoop) { try await io.configure(channel).get() }
        try await channel.close()
        try await group.shutdownGracefully()
    }

    private static func server() -> SocketIOServer {
        let io = SocketIOServer(logger: .quiet)
        io.of("/").onConnection { socket in socket.onEvent("echo") { $0.ack?($0.content) } }
        return io
    }

    private static func first(of ports: AsyncStream<Int>) async throws -> Int {
        for await port in ports { return port }
        throw CancellationError()
    }
}
