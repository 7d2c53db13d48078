import Logging
import RESP
import RedisClient
import Synchronization
import TestSupport
import Testing

/// A minute of a clock that jumps over each wait: how often a server is troubled that lets nobody do any work.
@Suite(.timeLimit(.minutes(1))) struct ReconnectStormTests {
    private final class Minute: Sendable {
        let waits = Mutex<[Duration]>([])
    }

    /// The waits between the attempts of one minute.
    private func waits(
        _ url: String, body: @escaping @Sendable (RedisConnection) async throws -> Void = { _ in }
    ) async throws -> [Duration] {
        let clock = JumpingClock()
        let minute = Minute()
        var configuration = try configuration(url)
        configuration.backoff = Backoff()
        let connector = RedisConnector(
            configuration: configuration, eventLoop: testEventLoop, logger: Logger(label: "test"), clock: clock)
        let (ends, end) = AsyncStream<Never>.makeStream()
        let running = Task {
            await connector.run { state in
                guard case .backingOff(_, let wait) = state else { return }
                minute.waits.withLock { $0.append(wait) }
                if clock.now.offset >= .seconds(60) { end.finish() }
            } body: { connection in
                try await body(connection)
            }
        }
        for await _ in ends {}
        running.cancel()
        await running.value
        return minute.waits.withLock(\.self)
    }

    /// 0.1, 0.2, … 3.2 s and then 5 s, each at most halved: 7 to 13 attempts in 30 s of them, at most 31 in a minute.
    private func expectCalm(_ waits: [Duration]) {
        #expect((14...31).contains(waits.count), "\(waits.count)")
        #expect(waits.dropFirst(6).allSatisfy { $0 >= .milliseconds(2500) })
        #expect(Set(waits.dropFirst(6)).count > 4, "without jitter all clients come back at once")
    }

    @Test func `one that accepts and hangs up`() async throws {
        try await StrangeServer.running(hangsUp: true) { server in
            let waits = try await waits("redis://127.0.0.1:\(server.port)")
            expectCalm(waits)
            #expect(server.accepted <= waits.count + 1)
        }
    }

    @Test func `one that refuses the password`() async throws {
        try await RedisServerProcess.running(["--requirepass", "right"]) { server in
            expectCalm(try await waits("unix://:wrong@\(server.socketPath)"))
        }
    }

    @Test func `one that lets us in and then refuses everything`() async throws {
        try await RedisServerProcess.running { server in
            expectCalm(try await waits(server.url) { _ = try await $0.send(RESPCommand("NOSUCHCOMMAND")) })
        }
    }

    @Test func `sentinels that accept and hang up`() async throws {
        try await StrangeServer.running(hangsUp: true) { server in
            expectCalm(try await waits("redis+sentinel://127.0.0.1:\(server.port)/main"))
        }
    }
}
