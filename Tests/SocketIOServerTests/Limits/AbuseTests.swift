import JSONBytes
import NIOCore
import SocketIO
import SocketIOServer
import Synchronization
import TestSupport
import Testing

/// Strangers who want to make the server hold or do too much: it stays bounded, says so once, and others go on.
@Suite(.timeLimit(.minutes(1)))
struct AbuseTests {
    private static func echo(_ server: SocketIOServer) {
        server.of("/").onConnection { socket in
            socket.onEvent("echo") { $0.ack?(EventArguments()) }
        }
    }

    /// The other clients are served.
    private static func check(_ client: SocketIOTestClient) async throws {
        #expect(try await client.emitWithAck("echo") == [])
    }

    private static func openSlowly(_ count: Int, port: Int) async throws -> [HTTPProbe] {
        var probes: [HTTPProbe] = []
        for _ in 0..<count {
            let probe = try await HTTPProbe.connect(port: port)
            // Where the machine is slow the server may have closed already.
            try? await probe.send("GET /socket.io/ HTTP/1.1\r\nX-Slow: ")
            probes.append(probe)
        }
        return probes
    }

    private static func until(
        _ server: SocketIOServer, _ isTrue: (ServerStatistics) -> Bool
    ) async throws -> ServerStatistics {
        while true {
            try Task.checkCancellation()
            await Task.yield()
            let statistics = await server.statistics()
            if isTrue(statistics) { return statistics }
        }
    }

    @Test func `handshakes in flight over their limit are answered 503`() async throws {
        let configuration = SocketIOServerConfiguration.make {
            $0.limits.handshakes = 20
            // Not what ends them here, also where the machine is starved.
            $0.limits.headerTimeout = .seconds(60)
        }
        try await RunningServer.with(configuration, setUp: Self.echo) { running in
            let client = try await SocketIOTestClient.connect(port: running.port)
            let slow = try await Self.openSlowly(20, port: running.port)
            let refused = try await HTTPProbe.connect(port: running.port)
            #expect(await refused.readToEnd().hasPrefix("HTTP/1.1 503 "))
            try await Self.check(client)
            let statistics = await running.server.statistics()
            #expect(statistics.connectionsRefused == 1)
            #expect(statistics.violations == ["tooManyHandshakes": 1])

            try await slow[7].channel.close()
            _ = try await Self.until(running.server) { $0.connections == 20 }
            try await Self.check(try await SocketIOTestClient.connect(port: running.port))
        }
    }

    @Test func `strangers of a few addresses do not keep others out, whatever places they take`() async throws {
        let configuration = SocketIOServerConfiguration.make {
            ($0.limits.handshakes, $0.limits.handshakesPerAddress) = (20, 10)
            $0.limits.headerTimeout = .seconds(60)
        }
        try await RunningServer.with(configuration, setUp: Self.echo) { running in
            var slow: [HTTPProbe] = []
            for number in 0..<20 {
                let address = "127.0.0.\(2 + number % 4)"
                let probe = try await HTTPProbe.connect(port: running.port, from: address)
                try await probe.send("GET /socket.io/ HTTP/1.1\r\nX-Slow: ")
                slow.append(probe)
            }
            while try await running.server.inventory().counted.handshakes < 20 { try await running.turn() }
            let client = try await SocketIOTestClient.connect(port: running.port)
            try await Self.check(client)
            // It was the oldest that went.
            #expect(await slow[0].readToEnd().isEmpty)
            #expect(try await running.server.inventory().counted.handshakes == 19)
            // The place is free for them once more, and then they are refused, among themselves.
            _ = try await HTTPProbe.connect(port: running.port, from: "127.0.0.2").send("GET ")
            while try await running.server.inventory().counted.handshakes < 20 { try await running.turn() }
            let refused = try await HTTPProbe.connect(port: running.port, from: "127.0.0.3")
            #expect(await refused.readToEnd().hasPrefix("HTTP/1.1 503 "))
            #expect(await running.server.statistics().violations == ["tooManyHandshakes": 2])
            try await Self.check(client)
            #expect(try await running.server.inventory().isTrue)
            for probe in slow { probe.channel.close(promise: nil) }
        }
    }

    @Test func `connections that rest between two requests keep nobody out`() async throws {
        let configuration = SocketIOServerConfiguration.make {
            $0.limits.connections = 4
            $0.limits.idleTimeout = .seconds(600)
        }
        try await RunningServer.with(configuration, setUp: Self.echo) { running in
            var resting: [ReusedConnection] = []
            for address in ["127.0.0.2", "127.0.0.3", "127.0.0.3", "127.0.0.3"] {
                let connection = try await ReusedConnection(port: running.port, from: address)
                #expect(try await connection.ask("GET /nothing HTTP/1.1\r\nHost: x\r\n\r\n").status == 404)
                resting.append(connection)
            }
            let client = try await SocketIOTestClient.connect(port: running.port)
            try await Self.check(client)
            // It was the oldest of those who hold most.
            #expect(await resting[1].isClosed())
            #expect(try await resting[2].ask("GET /nothing HTTP/1.1\r\nHost: x\r\n\r\n").status == 404)
            #expect(await running.server.statistics().violations == ["tooManyConnections": 1])
            #expect(try await running.server.inventory().isTrue)
            // Who is at work is not cut.
            var clients = [client]
            for _ in 0..<3 { clients.append(try await SocketIOTestClient.connect(port: running.port)) }
            let refused = try await HTTPProbe.connect(port: running.port)
            #expect(await refused.readToEnd().hasPrefix("HTTP/1.1 503 "))
            for client in clients { try await Self.check(client) }
        }
    }

    @Test func `slow headers leave nothing behind and are logged once`() async throws {
        let log = LogRecorder()
        let change: (inout SocketIOServerConfiguration) -> Void = { $0.limits.headerTimeout = .seconds(1) }
        try await RunningServer.with(.make(change), logger: log.logger, setUp: Self.echo) { running in
            let client = try await SocketIOTestClient.connect(port: running.port)
            let slow = try await Self.openSlowly(50, port: running.port)
            try await Self.check(client)
            for probe in slow { #expect(await probe.readToEnd().isEmpty) }
            let statistics = try await Self.until(running.server) { $0.connections == 1 }
            #expect(statistics.violations == ["slowHeader": 50])
            #expect(log.count("kind", "slowHeader") == 1)
            try await Self.check(client)
        }
    }

    @Test func `a connection amid its header is closed by the shutdown`() async throws {
        let slow = try await RunningServer.with { running in
            let slow = try await Self.openSlowly(3, port: running.port)
            // Later connections are taken after earlier ones.
            _ = try await HTTPProbe.get("/", port: running.port)
            return slow
        }
        for probe in slow { #expect(await probe.readToEnd().isEmpty) }
    }

    @Test func `a peer that has vanished is let go, and its connection with it`() async throws {
        let (reasons, sink) = AsyncStream.makeStream(of: DisconnectReason.self)
        let change: (inout SocketIOServerConfiguration) -> Void = {
            // Long enough to connect within on a machine that is busy.
            ($0.pingInterval, $0.pingTimeout) = (.milliseconds(100), .seconds(4))
            $0.limits.closeTimeout = .milliseconds(50)
        }
        let setUp: (SocketIOServer) -> Void = { server in
            server.of("/").onConnection { socket in
                socket.onEvent("echo") { $0.ack?(EventArguments()) }
                socket.onDisconnect { sink.yield($0) }
            }
        }
        try await RunningServer.with(.make(change), setUp: setUp) { running in
            let vanished = try await SocketIOTestClient.connect(port: running.port)
            try await vanished.socket.setReading(false)
            var iterator = reasons.makeAsyncIterator()
            #expect(await iterator.next() == .pingTimeout)
            let statistics = try await Self.until(running.server) { $0.connections == 0 }
            #expect(statistics.sessionsClosed == ["pingTimeout": 1])
            // Only now, because who is slow to answer pings would be let go, too.
            try await Self.check(try await SocketIOTestClient.connect(port: running.port))
        }
    }

    @Test func `a giant declared length closes with 1009 and nothing of it is waited for`() async throws {
        try await RunningServer.with(setUp: Self.echo) { running in
            let client = try await SocketIOTestClient.connect(port: running.port)
            let giant = try await SocketIOTestClient.connect(port: running.port)
            try await giant.socket.send(raw: [0x81, 0xff, 0x40, 0, 0, 0, 0, 0, 0, 0, 1, 2, 3, 4])
            #expect(await giant.untilClosed() == 1009)
            #expect(await running.server.statistics().violations == ["messageTooLarge": 1])
            try await Self.check(client)
        }
    }

    @Test(arguments: [513, 400_000])
    func `deep JSON closes`(_ depth: Int) async throws {
        try await RunningServer.with(setUp: Self.echo) { running in
            let client = try await SocketIOTestClient.connect(port: running.port)
            let deep = try await SocketIOTestClient.connect(port: running.port)
            try await deep.emit(
                "echo", String(repeating: "[", count: depth) + String(repeating: "]", count: depth))
            _ = await deep.untilClosed()
            #expect(await running.server.statistics().violations == ["jsonTooDeep": 1])
            try await Self.check(client)
        }
    }

    @Test func `JSON as deep as allowed is taken`() async throws {
        try await RunningServer.with(setUp: Self.echo) { running in
            let client = try await SocketIOTestClient.connect(port: running.port)
            // Beside the array of the arguments.
            let text = String(repeating: "[", count: 512) + String(repeating: "]", count: 512)
            #expect(try await client.emitWithAck("echo", text) == [])
        }
    }

    @Test func `what many clients do wrong is counted each time and logged once`() async throws {
        let log = LogRecorder()
        try await RunningServer.with(logger: log.logger, setUp: Self.echo) { running in
            let client = try await SocketIOTestClient.connect(port: running.port)
            for _ in 0..<30 {
                let wrong = try await SocketIOTestClient.connect(port: running.port)
                try await wrong.emit("disconnect")
                _ = await wrong.untilClosed()
            }
            let statistics = await running.server.statistics()
            #expect(statistics.violations == ["reservedEventName": 30])
            #expect(statistics.sessionsClosed == ["parseError": 30])
            #expect(log.count("kind", "reservedEventName") == 1)
            try await Self.check(client)
        }
    }

    @Test func `ten thousand answers that never come are all that are waited for`() async throws {
        let failures = Mutex<[String: Int]>([:])
        try await RunningServer.with(setUp: { _ = $0.of("/") }) { running in
            let client = try await SocketIOTestClient.connect(port: running.port)
            let socket = try #require(running.server.of("/").sockets.first)
            for _ in 0..<101 {
                // In turns, so that what waits to be sent is not the bound that is met.
                for _ in 0..<100 {
                    try socket.emitWithAck("q", EventArguments(), timeout: .seconds(600)) { result in
                        guard case .failure(let error) = result else { return }
                        failures.withLock { $0["\(error)", default: 0] += 1 }
                    }
                }
                try await socket.eventLoop.submit {}.get()
                for _ in 0..<100 where failures.withLock(\.isEmpty) { _ = try await client.next("q") }
            }
            #expect(failures.withLock { $0 } == ["tooMany(limit: 10000)": 100])
            try await client.disconnect()
            _ = try await Self.until(running.server) { $0.sessions == 0 }
            #expect(failures.withLock { $0 } == ["tooMany(limit: 10000)": 100, "disconnected": 10_000])
        }
    }
}
