import NIOCore
import TestSupport
import Testing

@testable import SocketIOServer

/// Answers that take their reader longer than a connection may rest, and requests that wait behind one.
@Suite(.timeLimit(.minutes(1)))
struct SlowDownloadTests {
    private static let start = ContinuousClock.now

    private func rested(untaken: [Int]) -> [Bool] {
        var limits = ServerLimits()
        limits.idleTimeout = .seconds(60)
        limits.writeTimeout = .seconds(20)
        var deadline = RequestDeadline(limits, now: Self.start)
        deadline.headReceived(now: Self.start)
        deadline.requestEnded(now: Self.start)
        deadline.responseEnded(now: Self.start)
        return untaken.map { count in
            guard let now = deadline.deadline else { return true }
            return deadline.restEnds(untaken: count, now: now)
        }
    }

    @Test func `a connection rests once its answer is taken, and is closed if that stands still`() {
        #expect(rested(untaken: [0]) == [true])
        #expect(rested(untaken: [900, 800, 799, 1]) == [false, false, false, false])
        // The rest begins with the end of the taking.
        #expect(rested(untaken: [900, 0, 0]) == [false, false, true])
        #expect(rested(untaken: [900, 900]) == [false, true])
        #expect(rested(untaken: [900, 800, 800]) == [false, false, true])
    }

    @Test(arguments: ["keep-alive", "close"])
    func `a steady download may take longer than a connection may rest`(_ connection: String) async throws {
        let size = 8 << 20
        let configuration = SocketIOServerConfiguration.make {
            $0.limits.idleTimeout = .milliseconds(50)
            $0.limits.closeTimeout = .milliseconds(50)
        }
        try await RunningServer.with(configuration, setUp: { _ = $0.of("/") }) { running in
            let client = try await PollingClient.connect(port: running.port)
            let probe = try await HTTPProbe.connect(port: running.port)
            try await probe.channel.setOption(.autoRead, value: false).get()
            try await probe.send("GET \(client.target) HTTP/1.1\r\nHost: x\r\nConnection: \(connection)\r\n\r\n")
            try await client.untilWaiting()
            try running.server.of("/").emit("large", String(repeating: "x", count: size))
            var received = 0
            for _ in 0..<3 {
                let until = ContinuousClock.now + .milliseconds(80)
                while ContinuousClock.now < until { try await running.turn() }
                probe.channel.read()
                received += try #require(await probe.next()).readableBytes
            }
            try await probe.channel.setOption(.autoRead, value: true).get()
            received += await probe.readBytesToEnd().readableBytes
            #expect(received > size)
        }
    }

    // MARK: Behind another request

    @Test func `a long pipeline of requests that are answered at once is answered whole`() async throws {
        let configuration = SocketIOServerConfiguration.make { $0.limits.pipelinedRequests = 8 }
        try await RunningServer.with(configuration) { running in
            let connection = try await ReusedConnection(port: running.port)
            try await connection.send(String(repeating: "GET /nothing HTTP/1.1\r\nHost: x\r\n\r\n", count: 500))
            for _ in 0..<500 { #expect(try await connection.answer().status == 404) }
            #expect(await running.server.statistics().violations == [:])
        }
    }

    @Test func `requests behind a poll wait for their turn, and what is too much is dropped`() async throws {
        let configuration = SocketIOServerConfiguration.make { $0.limits.pipelinedRequests = 8 }
        try await RunningServer.with(configuration, setUp: { _ = $0.of("/") }) { running in
            let client = try await PollingClient.connect(port: running.port)
            let request = "GET /nothing HTTP/1.1\r\nHost: x\r\n\r\n"
            let poll = "GET \(client.target) HTTP/1.1\r\nHost: x\r\n\r\n"
            let few = try await ReusedConnection(port: running.port)
            try await few.send(poll + String(repeating: request, count: 6))
            try await client.untilWaiting()
            try running.server.of("/").emit("now")
            #expect(try await few.answer().status == 200)
            for _ in 0..<6 { #expect(try await few.answer().status == 404) }
            let many = try await ReusedConnection(port: running.port)
            try await many.send(poll + String(repeating: request, count: 5_000))
            try await client.untilWaiting()
            try running.server.of("/").emit("now")
            #expect(try await many.answer().status == 200)
            for _ in 0..<7 { #expect(try await many.answer().status == 404) }
            #expect(await many.isClosed())
            #expect(await running.server.statistics().violations == ["tooManyPipelined": 1])
        }
    }
}
