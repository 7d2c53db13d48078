import Hummingbird
import Logging
import NIOCore
import NIOPosix
import ServiceLifecycle
import SocketIO
import SocketIOHummingbird
import SocketIOServer
import TestSupport
import Testing

@Suite(.timeLimit(.minutes(1)))
struct ShutdownTests {
    @Test func `a graceful shutdown closes every session with 1001 and ends`() async throws {
        let (ports, portSink) = AsyncStream.makeStream(of: Int.self)
        let (reasons, reasonSink) = AsyncStream.makeStream(of: DisconnectReason.self)
        let server = SocketIOServer(
            .make(), eventLoop: MultiThreadedEventLoopGroup.singleton.next(), logger: .quiet,
            onListening: { portSink.yield($0.port ?? 0) })
        server.of("/").onConnection { socket in socket.onDisconnect { reasonSink.yield($0) } }
        let group = ServiceGroup(
            configuration: .init(services: [.init(service: server.service)], logger: .quiet))
        let running = Task { try await group.run() }
        var iterator = ports.makeAsyncIterator()
        let port = try #require(await iterator.next())
        let client = try await SocketIOTestClient.connect(port: port)
        let idle = try await HTTPProbe.connect(port: port)
        await group.triggerGracefulShutdown()
        #expect(await client.untilClosed() == 1001)
        var reasonIterator = reasons.makeAsyncIterator()
        #expect(await reasonIterator.next() == .serverShuttingDown)
        #expect(await idle.readToEnd().isEmpty)
        try await running.value
        await #expect(throws: (any Error).self) { try await HTTPProbe.connect(port: port) }
    }

    @Test func `a client that ignores the close does not hold the shutdown up`() async throws {
        let configuration = SocketIOServerConfiguration.make {
            $0.limits.closeTimeout = .seconds(600)
            $0.limits.shutdownTimeout = .milliseconds(100)
        }
        var sinceEnd: OwnTime?
        try await RunningServer.with(configuration) { running in
            let client = try await WebSocketClient.connect(port: running.port, path: RunningServer.target)
            try await client.setReading(false)
            sinceEnd = OwnTime()
        }
        #expect(try #require(sinceEnd).elapsed < .seconds(5))
    }

    @Test func `a request in flight is answered before the end`() async throws {
        let (arrivals, arrivalSink) = AsyncStream.makeStream(of: Void.self)
        let (releases, releaseSink) = AsyncStream.makeStream(of: Void.self)
        let router = Router()
        router.get("slow") { _, _ in
            arrivalSink.yield()
            for await _ in releases { break }
            return "done"
        }
        let (ports, portSink) = AsyncStream.makeStream(of: Int.self)
        let server = SocketIOServer(
            .make(), eventLoop: MultiThreadedEventLoopGroup.singleton.next(), logger: .quiet,
            http: HTTPService(router.buildResponder()), onListening: { portSink.yield($0.port ?? 0) })
        let group = ServiceGroup(configuration: .init(services: [.init(service: server.service)], logger: .quiet))
        let running = Task { try await group.run() }
        var iterator = ports.makeAsyncIterator()
        let port = try #require(await iterator.next())
        let answer = Task { try await HTTPProbe.get("/slow", port: port) }
        for await _ in arrivals { break }
        await group.triggerGracefulShutdown()
        releaseSink.yield()
        #expect(try await answer.value.hasSuffix("\r\n\r\ndone"))
        try await running.value
    }

    @Test func `a request that never ends is cut at the end`() async throws {
        let (arrivals, arrivalSink) = AsyncStream.makeStream(of: Void.self)
        let (never, neverSink) = AsyncStream.makeStream(of: Void.self)
        let router = Router()
        router.get("hang") { _, _ in
            arrivalSink.yield()
            for await _ in never {}
            return "done"
        }
        let (ports, portSink) = AsyncStream.makeStream(of: Int.self)
        let server = SocketIOServer(
            .make { $0.limits.shutdownTimeout = .milliseconds(100) },
            eventLoop: MultiThreadedEventLoopGroup.singleton.next(), logger: .quiet,
            http: HTTPService(router.buildResponder()), onListening: { portSink.yield($0.port ?? 0) })
        let group = ServiceGroup(configuration: .init(services: [.init(service: server.service)], logger: .quiet))
        let running = Task { try await group.run() }
        var iterator = ports.makeAsyncIterator()
        let port = try #require(await iterator.next())
        let answer = Task { try await HTTPProbe.get("/hang", port: port) }
        for await _ in arrivals { break }
        await group.triggerGracefulShutdown()
        try await running.value
        #expect(try await answer.value == "")
        neverSink.finish()
    }

    @Test func `a port in use is told with host and port`() async throws {
        try await RunningServer.with { running in
            let second = SocketIOServer(
                .make { $0.port = running.port },
                eventLoop: MultiThreadedEventLoopGroup.singleton.next(), logger: .quiet)
            let error = await #expect(throws: ListenError.self) { try await second.run() }
            #expect(error?.code == .addressInUse)
            #expect(error?.description == "port \(running.port) on 127.0.0.1 is in use")
        }
    }

    @Test(arguments: [("203.0.113.7", ListenError.Code.addressNotAvailable), ("no.such.host.invalid", .unknownHost)])
    func `an address that cannot be listened on is told`(_ host: String, _ code: ListenError.Code) async throws {
        let server = SocketIOServer(
            .make { $0.host = host }, eventLoop: MultiThreadedEventLoopGroup.singleton.next(),
            logger: .quiet)
        let error = await #expect(throws: ListenError.self) { try await server.run() }
        #expect(error?.code == code)
        #expect(error?.host == host)
    }
}

extension Logger {
    static var quiet: Logger { Logger(label: "test") { _ in SwiftLogNoOpLogHandler() } }
}
