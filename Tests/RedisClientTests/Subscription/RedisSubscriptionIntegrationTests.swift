import NIOCore
import RESP
import RedisClient
import TestSupport
import Testing

@Suite(.timeLimit(.minutes(1)))
struct RedisSubscriptionIntegrationTests {
    private struct Message: Equatable, Sendable {
        let channel: String
        let payload: String
    }

    @Test func `delivers the messages of its patterns in order, on the event loop`() async throws {
        try await RedisServerProcess.running { server in
            let (messages, continuation) = AsyncStream<Message>.makeStream()
            let eventLoop = testEventLoop
            let subscription = try await subscribe(to: server.url, "a:*", "b") { channel, payload in
                eventLoop.preconditionInEventLoop()
                continuation.yield(
                    Message(
                        channel: String(decoding: channel, as: UTF8.self),
                        payload: String(decoding: payload, as: UTF8.self)))
            }
            let connection = try await connect(to: server.url)
            let published = try await connection.pipeline(
                [("a:1", "x"), ("c", "no"), ("b", ""), ("a:2", "last")].map {
                    RESPCommand("PUBLISH", .string($0.0), .string($0.1))
                })
            #expect(published == [1, 0, 1, 1].map { .integer($0) })
            var received: [Message] = []
            for await message in messages {
                received.append(message)
                if message.payload == "last" { break }
            }
            #expect(
                received == [
                    .init(channel: "a:1", payload: "x"), .init(channel: "b", payload: ""),
                    .init(channel: "a:2", payload: "last"),
                ])
            await subscription.close()
            await connection.close()
        }
    }

    @Test func `hears keyspace events of a burst without a loss`() async throws {
        try await RedisServerProcess.running(["--notify-keyspace-events", "Kz"]) { server in
            let (events, continuation) = AsyncStream<Int>.makeStream()
            let count = Counter()
            let subscription = try await subscribe(to: server.url, "__keyspace@0__:*") { _, _ in
                if count.increment() == 20_000 { continuation.finish() }
            }
            let connection = try await connect(to: server.url)
            _ = try await connection.pipeline(
                (0..<20_000).map { RESPCommand("ZADD", "key", .integer($0), .integer($0)) })
            for await _ in events {}
            await subscription.close()
            await connection.close()
        }
    }

    @Test func `stays while its pings are answered, and closes when the server stalls`() async throws {
        try await RedisServerProcess.running { server in
            let subscription = try await subscribe(to: server.url, "*") { _, _ in
            } adjust: {
                $0.pingInterval = .milliseconds(10)
                $0.pingDeadline = .seconds(2)
            }
            let connection = try await connect(to: server.url)
            // Several pings go by, and the connection is the same one.
            while try await pings(connection) < 5 {}
            #expect(try await connection.send(RESPCommand("PUBLISH", "x", "y")) == .integer(1))
            server.suspend()
            try await subscription.closeFuture.get()
            server.resume()
            await connection.close()
        }
    }

    @Test func `CLIENT KILL TYPE pubsub ends it`() async throws {
        try await RedisServerProcess.running { server in
            let subscription = try await subscribe(to: server.url, "*") { _, _ in }
            let connection = try await connect(to: server.url)
            #expect(try await connection.send(RESPCommand("CLIENT", "KILL", "TYPE", "pubsub")) == .integer(1))
            try await subscription.closeFuture.get()
            await connection.close()
        }
    }

    private func pings(_ connection: RedisConnection) async throws -> Int {
        let statistics = try await connection.send(RESPCommand("INFO", "commandstats")).string ?? ""
        let line = statistics.split(whereSeparator: \.isNewline).first { $0.hasPrefix("cmdstat_ping:calls=") }
        return line?.split(whereSeparator: { $0 == "=" || $0 == "," }).dropFirst().first.flatMap { Int($0) } ?? 0
    }
}
