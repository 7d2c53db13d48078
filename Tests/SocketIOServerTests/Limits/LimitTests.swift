import JSONBytes
import NIOCore
import SocketIO
import SocketIOServer
import Synchronization
import TestSupport
import Testing

@Suite(.timeLimit(.minutes(1)))
struct LimitTests {
    @Test func `connections over the limit are answered 503`() async throws {
        try await RunningServer.with(.make { $0.limits.connections = 1 }, setUp: { _ = $0.of("/") }) { running in
            let first = try await SocketIOTestClient.connect(port: running.port)
            let second = try await HTTPProbe.connect(port: running.port)
            #expect(await second.readToEnd().hasPrefix("HTTP/1.1 503 "))
            let statistics = await running.server.statistics()
            #expect(statistics.connectionsRefused == 1)
            #expect(statistics.connectionsRefusedByReason.filter { $0.value > 0 } == ["tooManyConnections": 1])
            #expect(statistics.connectionsRefusedByReason.count == 4)
            _ = first
        }
    }

    @Test func `connections of one address over its limit are answered 503`() async throws {
        try await RunningServer.with(.make { $0.limits.connectionsPerAddress = 1 }) { running in
            let first = try await HTTPProbe.connect(port: running.port)
            // Answered, so that it is surely counted.
            try await first.send("GET /x HTTP/1.1\r\nHost: x\r\n\r\n")
            _ = await first.read(until: "\r\n\r\n")
            let second = try await HTTPProbe.connect(port: running.port)
            #expect(await second.readToEnd().hasPrefix("HTTP/1.1 503 "))
            try await first.channel.close()
        }
    }

    @Test(arguments: ["", "GET / HTTP/1.1\r\nHost: x\r\nX-Slow: "])
    func `a peer that is slow with its headers is closed`(_ text: String) async throws {
        try await RunningServer.with(.make { $0.limits.headerTimeout = .milliseconds(30) }) { running in
            let probe = try await HTTPProbe.connect(port: running.port)
            // Where the machine is slow the server may have closed already.
            try? await probe.send(text)
            #expect(await probe.readToEnd().isEmpty)
        }
    }

    @Test func `a peer that is slow with its body is closed`() async throws {
        try await RunningServer.with(.make { $0.limits.requestTimeout = .milliseconds(30) }) { running in
            let probe = try await HTTPProbe.connect(port: running.port)
            try await probe.send("POST /socket.io/?EIO=4 HTTP/1.1\r\nHost: x\r\nContent-Length: 10\r\n\r\nabc")
            #expect(await probe.readToEnd().isEmpty)
        }
    }

    @Test(arguments: ["", "&transport=polling&sid=nobody", "&transport=polling"])
    func `a body that never ends has no more time than a header where nobody has joined`(_ query: String) async throws {
        let configuration = SocketIOServerConfiguration.make {
            ($0.limits.headerTimeout, $0.limits.requestTimeout) = (.milliseconds(200), .seconds(600))
        }
        try await RunningServer.with(configuration) { running in
            let probe = try await HTTPProbe.connect(port: running.port)
            // Where the machine is slow the server may have closed already.
            try? await probe.send(
                "POST /socket.io/?EIO=4\(query) HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n\r\n1\r\na\r\n")
            #expect(await probe.readToEnd().isEmpty)
        }
    }

    @Test func `a body that never ends has no more time than its client has to join`() async throws {
        // A machine may be so slow that a session has ended before its POST is there: then with more time.
        for timeout in [0.3, 3, 20] where try await Self.isCutAmidBody(joining: .seconds(timeout)) { return }
        Issue.record("no session lived until its POST came")
    }

    /// Whether the POST began in time; its body is cut then.
    private static func isCutAmidBody(joining timeout: Duration) async throws -> Bool {
        let configuration = SocketIOServerConfiguration.make {
            ($0.limits.headerTimeout, $0.limits.requestTimeout) = (.seconds(600), .seconds(600))
            $0.connectTimeout = timeout
        }
        return try await RunningServer.with(configuration, setUp: { _ = $0.of("/") }) { running in
            let polling = try await PollingClient.connect(port: running.port, join: false)
            let probe = try await HTTPProbe.connect(port: running.port)
            try await probe.send(
                "POST /socket.io/?EIO=4&transport=polling&sid=\(polling.sid) HTTP/1.1\r\nHost: x\r\n"
                    + "Content-Length: 100\r\n\r\n4")
            while true {
                let counted = try await running.server.inventory().counted
                if counted.sessions == 0 { return false }
                // The body of a session's POST is held, and nothing else is.
                if counted.inputHolders == 1 { break }
                try await running.turn()
            }
            #expect(await probe.readToEnd().isEmpty)
            return true
        }
    }

    @Test func `an idle kept-alive connection is closed`() async throws {
        try await RunningServer.with(.make { $0.limits.idleTimeout = .milliseconds(30) }) { running in
            let probe = try await HTTPProbe.connect(port: running.port)
            try await probe.send("GET /x HTTP/1.1\r\nHost: x\r\n\r\n")
            #expect(await probe.readToEnd().hasPrefix("HTTP/1.1 404 "))
        }
    }

    @Test func `a client that stops reading is let go where the policy says so`() async throws {
        let (reasons, sink) = AsyncStream.makeStream(of: DisconnectReason.self)
        let change: (inout SocketIOServerConfiguration) -> Void = { $0.limits.outboxBytes = 200_000 }
        let setUp: (SocketIOServer) -> Void = { server in
            server.of("/").onConnection { socket in socket.onDisconnect { sink.yield($0) } }
        }
        try await RunningServer.with(.make(change), setUp: setUp) { running in
            let client = try await SocketIOTestClient.connect(port: running.port)
            try await client.socket.setReading(false)
            try await Self.flood(running.server.of("/")) { $0.isEmpty }
            var iterator = reasons.makeAsyncIterator()
            #expect(await iterator.next() == .outboxOverflow)
            let closed = await running.server.statistics().sessionsClosed
            #expect(closed == ["outboxOverflow": 1])
        }
    }

    @Test func `a client that stalls is resynced once it reads again`() async throws {
        let (drains, sink) = AsyncStream.makeStream(of: Void.self)
        let change: (inout SocketIOServerConfiguration) -> Void = { $0.limits.outboxBytes = 200_000 }
        let setUp: (SocketIOServer) -> Void = { server in
            server.of("/").overflow = .resync
            server.of("/").onConnection { socket in
                socket.onDrained {
                    try? socket.emit("fresh")
                    sink.yield()
                }
            }
        }
        try await RunningServer.with(.make(change), setUp: setUp) { running in
            let client = try await SocketIOTestClient.connect(port: running.port)
            try await client.socket.setReading(false)
            let namespace = running.server.of("/")
            try await Self.flood(namespace) { $0.first?.isResyncing ?? true }
            // Still flooded: nothing of it is kept.
            try await Self.flood(namespace, rounds: 50) { _ in false }
            try await client.socket.setReading(true)
            var iterator = drains.makeAsyncIterator()
            await iterator.next()
            // What was sent before the stall comes without a gap, then the fresh state.
            var expected = 0.0
            while true {
                let event = try await client.nextEvent()
                if event.name == "fresh" { break }
                #expect(event.arguments.first == .number(expected))
                expected += 1
            }
            // A second one where the kernel's buffers took a breath amid the flood.
            #expect((1...2).contains(await running.server.statistics().resyncs))
            #expect(await running.server.statistics().eventsDropped > 50)
        }
    }

    @Test func `a stalled client does not keep a broadcast from being reported`() async throws {
        try await RunningServer.with(setUp: { $0.of("/").overflow = .resync }) { running in
            let stalled = try await SocketIOTestClient.connect(port: running.port)
            try await stalled.socket.setReading(false)
            let namespace = running.server.of("/")
            try await Self.flood(namespace) { $0.first?.isCongested ?? true }
            let prompt = try await SocketIOTestClient.connect(port: running.port)
            let last = try EncodedEvent(event: "last", arguments: [])
            try await withCheckedThrowingContinuation { (done: CheckedContinuation<Void, any Error>) in
                namespace.broadcast(last) { done.resume() }
            }
            _ = try await prompt.next("last")
        }
    }

    @Test func `a burst within one turn is no overflow for a client that reads`() async throws {
        try await RunningServer.with(.make { $0.limits.outboxPackets = 10 }, setUp: { _ = $0.of("/") }) { running in
            let client = try await SocketIOTestClient.connect(port: running.port)
            let namespace = running.server.of("/")
            try await namespace.eventLoop.submit {
                for number in 0..<300 {
                    try namespace.broadcast(EncodedEvent(event: "n", arguments: [Array(String(number).utf8)]))
                }
            }.get()
            for number in 0..<300 { #expect(try await client.nextEvent().arguments == [.number(Double(number))]) }
        }
    }

    @Test func `a broadcast is reported only when its receivers' sockets have taken it`() async throws {
        let isOnWire = Mutex(false)
        try await RunningServer.with(setUp: { _ = $0.of("/") }) { running in
            let client = try await SocketIOTestClient.connect(port: running.port)
            try await client.socket.setReading(false)
            let namespace = running.server.of("/")
            let large = try EncodedEvent(
                event: "large", arguments: [[0x22] + Array(repeating: 0x78, count: 8 << 20) + [0x22]])
            let (signals, sink) = AsyncStream.makeStream(of: Void.self)
            namespace.broadcast(large) {
                isOnWire.withLock { $0 = true }
                sink.yield()
            }
            // Two turns later the flush is over, and the socket cannot have taken it all.
            for _ in 0..<2 { try await namespace.eventLoop.submit {}.get() }
            #expect(isOnWire.withLock { $0 } == false)
            try await client.socket.setReading(true)
            for await _ in signals { break }
            _ = try await client.next("large")
        }
    }

    /// Broadcasts numbered events of 10 kB, one a turn of the loop, until the state asked for has come.
    private static func flood(
        _ namespace: Namespace, rounds: Int = 100_000, until isDone: @escaping @Sendable ([Socket]) -> Bool
    ) async throws {
        let padding = Array("\"".utf8) + Array(repeating: UInt8(ascii: "x"), count: 10_000) + Array("\"".utf8)
        for round in 0..<rounds {
            let number = Array(String(round).utf8)
            let done = try await namespace.eventLoop.submit {
                try namespace.broadcast(EncodedEvent(event: "n", arguments: [number, padding]))
                return isDone(namespace.sockets)
            }.get()
            if done { return }
        }
    }
}
