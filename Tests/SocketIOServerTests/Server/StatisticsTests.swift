import SocketIOServer
import TestSupport
import Testing

/// What a server counts of transports and of what clients send.
@Suite(.timeLimit(.minutes(1)))
struct StatisticsTests {
    @Test func `sessions are counted by the transport that they use now`() async throws {
        let configuration = SocketIOServerConfiguration.make { $0.pingInterval = .seconds(300) }
        try await RunningServer.with(configuration, setUp: { $0.of("/").onConnection { _ in } }) { running in
            let polling = try await PollingClient.connect(port: running.port)
            var statistics = await running.server.statistics()
            #expect((statistics.sessions, statistics.webSocketSessions) == (1, 0))
            let direct = try await SocketIOTestClient.connect(port: running.port)
            statistics = await running.server.statistics()
            #expect((statistics.sessions, statistics.webSocketSessions) == (2, 1))
            #expect(statistics.bytesReceived > 0)
            // Nobody has upgraded by a probe alone.
            let upgrading = try await polling.webSocket()
            try await upgrading.send(text: "2probe")
            #expect(await upgrading.next() == .text("3probe"))
            #expect(await running.server.statistics().webSocketSessions == 1)
            try await upgrading.send(text: "5")
            while await running.server.statistics().webSocketSessions != 2 {}
            _ = (direct, upgrading)
        }
    }
}
