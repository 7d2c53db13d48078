import Logging
import NIOCore
import RESP
import RedisClient
import TestSupport
import Testing

@Suite(.timeLimit(.minutes(1)))
struct RedisConnectorTests {
    private func connector(
        _ url: String, clock: any Clock<Duration> = ContinuousClock(),
        _ adjust: (inout RedisConfiguration) -> Void = { _ in }
    ) throws -> RedisConnector {
        RedisConnector(
            configuration: try configuration(url, adjust), eventLoop: testEventLoop, logger: Logger(label: "test"),
            clock: clock)
    }

    @Test func `connects, runs the body once and returns when it does`() async throws {
        try await RedisServerProcess.running { server in
            var states: [RedisConnector.State] = []
            var bodies = 0
            try await connector(server.url).run {
                states.append($0)
            } body: { connection in
                bodies += 1
                _ = try await connection.send(RESPCommand("PING"))
            }
            #expect(states == [.connecting, .connected])
            #expect(bodies == 1)
            #expect(try await server.cli("CLIENT", "LIST").contains("name=test") == false)
        }
    }

    @Test func `comes back after a kill -9, as often as it takes`() async throws {
        try await RedisServerProcess.running { server in
            var lives = 0
            var unreachable = 0
            try await connector(server.url).run { state in
                // The server is started again only after an attempt that had to fail.
                if case .backingOff(let error, _) = state, error.code == .unreachable {
                    unreachable += 1
                    if unreachable == 2 { try? await server.restart() }
                }
            } body: { connection in
                lives += 1
                if lives == 2 { return }
                await server.kill()
                _ = try await connection.send(RESPCommand("PING"))
            }
            #expect(lives == 2)
            #expect(unreachable == 2)
        }
    }

    @Test func `backs off longer and longer while nothing answers, and anew after a stable life`() async throws {
        try await RedisServerProcess.running { server in
            var waits: [Duration] = []
            var lives = 0
            let clock = JumpingClock()
            try await connector(server.url, clock: clock) {
                $0.backoff = Backoff(initial: .seconds(1), maximum: .seconds(8), jitter: 0)
                $0.stableAfter = .seconds(60)
            }.run { state in
                if case .backingOff(_, let wait) = state { waits.append(wait) }
            } body: { connection in
                lives += 1
                if lives == 7 { return }
                clock.advance(by: lives == 6 ? .seconds(60) : .seconds(59))
                _ = try await connection.send(RESPCommand("NOSUCHCOMMAND"))
            }
            #expect(waits == [1, 2, 4, 8, 8, 1].map { .seconds($0) })
            #expect(clock.now == JumpingClock.Instant(offset: .seconds(24 + 5 * 59 + 60)))
        }
    }

    @Test func `reports an error that is not Redis' as such`() async throws {
        struct Mishap: Error {}
        try await RedisServerProcess.running { server in
            var codes: [RedisError.Code] = []
            var lives = 0
            try await connector(server.url).run { state in
                if case .backingOff(let error, _) = state { codes.append(error.code) }
            } body: { _ in
                lives += 1
                if lives == 1 { throw Mishap() }
            }
            #expect(codes == [.other])
        }
    }

    @Test func `ends when cancelled while backing off`() async throws {
        let connector = try connector("unix:///nowhere/redis.sock") {
            $0.backoff = Backoff(initial: .seconds(3600), maximum: .seconds(3600))
        }
        let (states, continuation) = AsyncStream<RedisConnector.State>.makeStream()
        let running = Task {
            await connector.run {
                continuation.yield($0)
            } body: { _ in
            }
        }
        for await state in states {
            guard case .backingOff(let error, _) = state else { continue }
            #expect(error.code == .unreachable)
            running.cancel()
            break
        }
        await running.value
    }

    @Test func `ends when cancelled while a stalled server accepts but does not answer`() async throws {
        try await RedisServerProcess.running { server in
            server.suspend()
            let connector = try connector(server.url) { $0.connectTimeout = .seconds(3600) }
            let (states, continuation) = AsyncStream<RedisConnector.State>.makeStream()
            let running = Task {
                await connector.run {
                    continuation.yield($0)
                } body: { _ in
                }
            }
            for await state in states where state == .connecting { break }
            running.cancel()
            await running.value
        }
    }

    @Test func `ends when cancelled within the body, and leaves no connection`() async throws {
        try await RedisServerProcess.running { server in
            let connector = try connector(server.url)
            let (states, continuation) = AsyncStream<RedisConnector.State>.makeStream()
            let running = Task {
                await connector.run {
                    continuation.yield($0)
                } body: { connection in
                    while true { _ = try await connection.send(RESPCommand("PING")) }
                }
            }
            for await state in states where state == .connected { break }
            running.cancel()
            await running.value
            #expect(try await server.cli("CLIENT", "LIST").contains("name=test") == false)
        }
    }
}
