import SocketIOServer
import TestSupport
import Testing

/// Sessions that join no namespace keep nobody out, however many addresses they come from.
@Suite(.timeLimit(.minutes(1)))
struct UnjoinedPlacesTests {
    private static func serving(_ body: (RunningServer) async throws -> Void) async throws {
        let configuration = SocketIOServerConfiguration.make {
            $0.limits.connections = 6
            $0.limits.connectionsPerAddress = 3
            // No place is free because somebody took too long.
            $0.connectTimeout = .seconds(600)
            $0.limits.idleTimeout = .seconds(600)
            // The last packet of a session that polls is kept so long, and a busy machine may poll late.
            $0.limits.closeTimeout = .seconds(60)
        }
        try await RunningServer.with(configuration, setUp: { _ = $0.of("/") }, body)
    }

    /// A WebSocket that has its open packet, and joins or does not.
    private static func webSocket(
        _ running: RunningServer, from address: String, joins: Bool
    ) async throws -> ReusedConnection {
        let connection = try await ReusedConnection(port: running.port, from: address)
        #expect(try await connection.ask(ReusedConnection.upgrade()).status == 101)
        #expect(try await connection.text().hasPrefix("0{"))
        if joins {
            try await connection.send(frame: "40")
            #expect(try await connection.text().hasPrefix("40{"))
        }
        return connection
    }

    private static let open = "GET /socket.io/?EIO=4&transport=polling HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n"

    /// A session that polls, over a connection that ends with the request.
    private static func polling(_ running: RunningServer, from address: String) async throws -> PollingClient.Answer {
        let probe = try await HTTPProbe.connect(port: running.port, from: address)
        try await probe.send(open)
        return PollingClient.Answer(await probe.readToEnd())
    }

    @Test func `a newcomer gets the place of the oldest WebSocket that has not joined`() async throws {
        try await Self.serving { running in
            let joined = try await Self.webSocket(running, from: "127.0.0.2", joins: true)
            var silent: [ReusedConnection] = []
            for address in ["127.0.0.3", "127.0.0.3", "127.0.0.4", "127.0.0.4", "127.0.0.4"] {
                silent.append(try await Self.webSocket(running, from: address, joins: false))
            }
            let newcomer = try await Self.webSocket(running, from: "127.0.0.5", joins: true)
            // The first of the address that holds most has gone, and no other.
            while await running.server.statistics().connections > 6 { try await running.turn() }
            #expect(await running.server.statistics().sessionsClosed == ["connectTimeout": 1])
            #expect(try await silent[2].untilClosed())
            // Those that have joined stay, those that are left may still join.
            for connection in [silent[0], silent[1], silent[3], silent[4]] {
                try await connection.send(frame: "40")
                #expect(try await connection.text().hasPrefix("40{"))
            }
            for connection in [joined, newcomer] {
                try await connection.send(frame: "40/none,")
                #expect(try await connection.text().hasPrefix("44/none,"))
            }
            // Now nobody gives way any more.
            let refused = await (try HTTPProbe.connect(port: running.port, from: "127.0.0.6")).readToEnd()
            #expect(refused.hasPrefix("HTTP/1.1 503 "))
            #expect(try await running.server.inventory().isTrue)
        }
    }

    /// As many places for all connections as for those that have sent no whole request, and fewer.
    @Test(arguments: [6, 2_000])
    func `connections that say nothing give way, however few places there are`(handshakes: Int) async throws {
        let configuration = SocketIOServerConfiguration.make {
            $0.limits.connections = 6
            $0.limits.connectionsPerAddress = 6
            $0.limits.handshakes = handshakes
            // No place is free because somebody took too long.
            $0.limits.headerTimeout = .seconds(600)
            $0.limits.idleTimeout = .seconds(600)
        }
        try await RunningServer.with(configuration, setUp: { _ = $0.of("/") }) { running in
            var silent: [HTTPProbe] = []
            for _ in 0..<6 { silent.append(try await HTTPProbe.connect(port: running.port, from: "127.0.0.3")) }
            while await running.server.statistics().connections < 6 { try await running.turn() }
            let joined = try await Self.webSocket(running, from: "127.0.0.4", joins: true)
            // The oldest is gone. Who holds as many as anybody gets nobody's place.
            #expect(await silent[0].readToEnd().isEmpty)
            let refused = await (try HTTPProbe.connect(port: running.port, from: "127.0.0.3")).readToEnd()
            #expect(refused.hasPrefix("HTTP/1.1 503 "))
            #expect(await running.server.statistics().connections == 6)
            try await joined.send(frame: "40/none,")
            #expect(try await joined.text().hasPrefix("44/none,"))
            #expect(try await running.server.inventory().isTrue)
        }
    }

    @Test func `who holds as many of them as anybody gets no other's place`() async throws {
        try await Self.serving { running in
            var silent: [ReusedConnection] = []
            for address in ["127.0.0.3", "127.0.0.4", "127.0.0.5"] {
                for _ in 0..<2 { silent.append(try await Self.webSocket(running, from: address, joins: false)) }
            }
            let refused = await (try HTTPProbe.connect(port: running.port, from: "127.0.0.4")).readToEnd()
            #expect(refused.hasPrefix("HTTP/1.1 503 "))
            #expect(await running.server.statistics().sessions == 6)
            _ = try await Self.webSocket(running, from: "127.0.0.6", joins: true)
        }
    }

    @Test func `sessions that poll give way alike, and are told`() async throws {
        try await Self.serving { running in
            var opened: [PollingClient.Answer] = []
            for address in ["127.0.0.3", "127.0.0.4"] {
                for _ in 0..<3 { opened.append(try await Self.polling(running, from: address)) }
            }
            #expect(opened.allSatisfy { $0.status == 200 })
            #expect(try await Self.polling(running, from: "127.0.0.5").status == 200)
            #expect(await running.server.statistics().sessions == 6)
            let first = opened[0].body.split(separator: "\"").dropFirst(3).first.map(String.init) ?? ""
            let poll = try await HTTPProbe.get(
                "/socket.io/?EIO=4&transport=polling&sid=\(first)", port: running.port)
            #expect(PollingClient.Answer(poll).packets == ["1"])
            #expect(try await running.server.inventory().isTrue)
        }
    }
}

extension ReusedConnection {
    /// Reads to the end of the connection.
    fileprivate func untilClosed() async throws -> Bool {
        while await probe.next() != nil {}
        return true
    }
}
