import SocketIO
import TestSupport
import Testing

@testable import SocketIOServer

@Suite(.timeLimit(.minutes(1)))
struct DrainTests {
    private static let start = ContinuousClock.now
    private static let plan = DrainPlan(sessions: 10, start: start, duration: .seconds(40))

    @Test(arguments: [(-5, 10), (0, 10), (10, 10), (12, 9), (20, 5), (25, 3), (29, 1), (30, 0), (39, 0), (100, 0)])
    func `nobody has to leave in the first quarter, and all in the half behind it`(seconds: Int, mayStay: Int) {
        #expect(Self.plan.mayStay(at: Self.start + .seconds(seconds)) == mayStay)
    }

    @Test(arguments: [(0, 0, false), (9, 0, false), (10, 0, true), (10, 1, false), (39, 1, false), (40, 1, true)])
    func `ends when all have left, but lets others learn of it, and ends when the time is up`(
        seconds: Int, sessions: Int, isOver: Bool
    ) {
        #expect(Self.plan.isOver(at: Self.start + .seconds(seconds), sessions: sessions) == isOver)
    }

    @Test func `at no step does more than its share leave`() {
        let plan = DrainPlan(sessions: 1000, start: Self.start, duration: .seconds(30))
        let steps = (0...300).map { plan.mayStay(at: Self.start + DrainPlan.step * $0) }
        #expect(zip(steps, steps.dropFirst()).allSatisfy { (0...7).contains($0 - $1) })
        #expect(steps.last == 0)
    }

    @Test func `a drain without sessions or time ends`() {
        #expect(DrainPlan(sessions: 0, start: Self.start, duration: .seconds(8)).mayStay(at: Self.start) == 0)
        #expect(DrainPlan(sessions: 3, start: Self.start, duration: .zero).isOver(at: Self.start, sessions: 3))
    }

    @Test func `each client is sent away with 1001 or a close packet, and new ones are refused`() async throws {
        // No ping answers the poll.
        let configuration = SocketIOServerConfiguration.make { $0.pingInterval = .seconds(300) }
        try await RunningServer.with(configuration, setUp: { $0.of("/").onConnection { _ in } }) { running in
            var clients: [SocketIOTestClient] = []
            for _ in 0..<4 { clients.append(try await SocketIOTestClient.connect(port: running.port)) }
            let polling = try await PollingClient.connect(port: running.port)
            let poll = try await polling.beginPoll()
            try await polling.untilWaiting()
            let draining = Task { await running.server.drain(over: .seconds(4)) }
            var refused = ""
            // Until the drain has begun, which no other fact tells.
            repeat {
                refused = try await HTTPProbe.get("/socket.io/?EIO=4&transport=polling", port: running.port)
            } while refused.hasPrefix("HTTP/1.1 200")
            #expect(refused.hasPrefix("HTTP/1.1 503"))
            #expect(refused.contains("\r\nretry-after: 5\r\n") && refused.contains(#""code":"shutting-down""#))
            for client in clients { #expect(await client.untilClosed() == 1001) }
            #expect(PollingClient.Answer(await poll.readToEnd()).packets == ["1"])
            _ = await draining.value
        }
    }

    @Test func `a cancelled drain ends and sends nobody away any more`() async throws {
        try await RunningServer.with(setUp: { $0.of("/").onConnection { _ in } }) { running in
            let client = try await SocketIOTestClient.connect(port: running.port)
            let draining = Task { await running.server.drain(over: .seconds(3600)) }
            draining.cancel()
            #expect(await draining.value == 1)
            #expect(await running.server.statistics().sessions == 1)
            withExtendedLifetime(client) {}
        }
    }

    @Test func `a shutdown ends the drain`() async throws {
        try await RunningServer.with(setUp: { $0.of("/").onConnection { _ in } }) { running in
            let client = try await SocketIOTestClient.connect(port: running.port)
            let draining = Task { await running.server.drain(over: .seconds(3600)) }
            running.server.shutDown()
            #expect(await client.untilClosed() == 1001)
            _ = await draining.value
        }
    }
}
