import JSONBytes
import RESP
import RedisClient
import TestSupport
import Testing

/// Redis dies while collectors write, and comes back.
@Suite(.timeLimit(.minutes(1))) struct RedisOutageTests {
    private static let persistent = ["--appendonly", "yes", "--appendfsync", "always"]
    private static let keys = (0..<5).map { "sa:{h\($0)}:top" }

    /// Writes until each sample is acknowledged; one whose answer was lost is written again, as a collector does.
    private func write(_ range: Range<Int>, _ daemon: RunningDaemon) async throws {
        var connection: RedisConnection?
        for number in range {
            let host = number % Self.keys.count
            let sample = TestSample("h\(host):\(number)", host: "h\(host)")
            let command = RESPCommand(
                "ZADD", .string(Self.keys[host]), .string(sample.score), .bytes(sample.member))
            while true {
                try Task.checkCancellation()
                if connection == nil { connection = try? await RunningDaemon.connect(daemon.redis) }
                if (try? await connection?.send(command)) != nil { break }
                connection = nil
            }
        }
        await connection?.close()
    }

    /// The ids of all members.
    private func truth(_ daemon: RunningDaemon) async throws -> Set<String> {
        let connection = try await RunningDaemon.connect(daemon.redis)
        var ids: Set<String> = []
        for key in Self.keys {
            let members = try await connection.send(RESPCommand("ZRANGE", .string(key), 0, -1)).array ?? []
            ids.formUnion(members.compactMap { $0.string.flatMap { JSONValue($0) }?["id"]?.string })
        }
        await connection.close()
        return ids
    }

    @Test func `a client that stays holds what the sets hold over two crashes, once and in order`() async throws {
        try await RunningDaemon.with(redis: Self.persistent) { daemon in
            let client = try await daemon.client()
            let writing = Task { try await write(0..<400, daemon) }
            for count in [80, 240] {
                while client.ids.count < count { try await client.next() }
                try await daemon.redis.restart()
            }
            try await writing.value
            let truth = try await truth(daemon)
            #expect(truth.count == 400)
            try await client.until(truth)
            #expect(client.faults == [])
            #expect(Set(client.arrivals).count == client.arrivals.count)
            #expect(client.metas.compactMap { $0["reason"]?.string } == ["connect"])
            let seqs = client.metas.compactMap { $0["seq"]?.number }
            #expect(seqs == seqs.sorted() && Set(seqs).count == seqs.count)
            let late = try await daemon.client(auth: #"{"subscribe":{"depth":600}}"#)
            #expect(late.ids == truth)
        }
    }

    @Test func `readyz says 503 and why while Redis is away, and 200 after`() async throws {
        try await RunningDaemon.with(redis: Self.persistent) { daemon in
            #expect(try await daemon.get("/readyz").hasPrefix("HTTP/1.1 200"))
            await daemon.redis.kill()
            await daemon.log.until("redis is away")
            let answer = try await daemon.get("/readyz")
            #expect(answer.hasPrefix("HTTP/1.1 503"))
            let body = JSONValue(answer.components(after: "\r\n\r\n"))
            #expect(body?["ready"] == .bool(false))
            #expect(body?["redis"]?["detail"]?.string?.isEmpty == false)
            #expect(try await daemon.get("/healthz").hasPrefix("HTTP/1.1 200"))
            try await daemon.redis.restart()
            await daemon.log.until("following keys by notifications", count: 2)
            #expect(try await daemon.get("/readyz").hasPrefix("HTTP/1.1 200"))
        }
    }

    @Test func `what a restart without persistence loses is told as gone`() async throws {
        try await RunningDaemon.with { daemon in
            let client = try await daemon.client()
            try await daemon.add("sa:{a}:top", TestSample("1"))
            try await client.until(["1"])
            try await daemon.redis.restart()
            try await client.until([])
            #expect(client.faults == [])
        }
    }
}
