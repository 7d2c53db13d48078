import JSONBytes
import RESP
import RedisClient
import TestSupport
import Testing

/// Clients that go on at another daemon of the same Redis, or at a new run of theirs.
@Suite(.timeLimit(.minutes(2)))
struct ResumeElsewhereTests {
    /// What a client says of its past, as the dashboard does: every mark that it was given.
    private static func since(_ client: MonitoringClient) throws -> String {
        let meta = try #require(client.metas.last)
        var marks: [String: JSONValue] = [:]
        for meta in client.metas { marks.merge(meta["t"]?.object ?? [:]) { $1 } }
        var writer = JSONWriter()
        writer.value(
            .object([
                "since": .object([
                    "epoch": try #require(meta["epoch"]), "seq": try #require(meta["seq"]), "t": .object(marks),
                ])
            ]))
        return String(decoding: writer.bytes, as: UTF8.self)
    }

    private static func ids(_ event: SocketIOTestClient.Event) -> [String] {
        event.arguments.first?.array?.compactMap { $0["id"]?.string } ?? []
    }

    /// Two daemons; a client leaves the first, `change` happens, and it comes to the second once that has `expected`.
    private static func move(
        expecting ids: Set<String>, _ change: (RunningDaemon) async throws -> Void
    ) async throws -> SocketIOTestClient.Event {
        var event: SocketIOTestClient.Event?
        try await RunningDaemon.with { first in
            for number in 1...3 { try await first.add("sa:{a}:top", TestSample("a\(number)", at: Int64(number) - 90)) }
            try await first.add("sa:{b}:top", TestSample("b1", host: "b", at: -9_000))
            let client = try await first.client()
            try await client.until(["a1", "a2", "a3", "b1"])
            let auth = try Self.since(client)
            try await client.socket.disconnect()
            try await change(first)
            try await RunningDaemon.beside(first) { second in
                let witness = try await second.client()
                try await witness.until(ids)
                event = try await SocketIOTestClient.connect(port: second.port, auth: auth).nextEvent()
            }
        }
        return try #require(event)
    }

    @Test func `another daemon tells what was missed, whatever the hosts' clocks say`() async throws {
        let event = try await Self.move(expecting: ["a1", "a2", "a3", "a4", "b1", "b2", "c1"]) { daemon in
            try await daemon.add("sa:{a}:top", TestSample("a4"))
            // Newer than what its own host wrote, older than what others did.
            try await daemon.add("sa:{b}:top", TestSample("b2", host: "b", at: -8_000))
            try await daemon.add("sa:{c}:top", TestSample("c1", host: "c", at: -20_000))
        }
        #expect(event.name == "dUpdates")
        #expect(Set(Self.ids(event)) == ["a4", "b2", "c1"])
        #expect(Self.ids(event).count == 3)
        #expect(event.arguments.last?["reason"] == .string("resume"))
    }

    @Test func `nothing missed is told as nothing`() async throws {
        let event = try await Self.move(expecting: ["a1", "a2", "a3", "b1"]) { _ in }
        #expect(event.name == "dUpdates")
        #expect(event.arguments.first == .array([]))
    }

    @Test func `what came late while the client was away brings the window`() async throws {
        let event = try await Self.move(expecting: ["a0", "a1", "a2", "a3", "b1"]) { daemon in
            try await daemon.add("sa:{a}:top", TestSample("a0", at: -60_000))
        }
        #expect(event.name == "updates")
        #expect(Set(event.arguments[0].object?.keys.map { $0 } ?? []) == ["a0", "a1", "a2", "a3", "b1"])
    }

    @Test func `what was removed meanwhile brings the window`() async throws {
        let event = try await Self.move(expecting: ["a1", "a2", "a3"]) { try await $0.redis("DEL", "sa:{b}:top") }
        #expect(event.name == "updates")
    }

    @Test func `a daemon killed and started again tells what was missed`() async throws {
        try await RedisServerProcess.running { redis in
            let collector = try await RunningDaemon.connect(redis)
            @Sendable func add(_ id: String) async throws {
                let sample = TestSample(id)
                _ = try await collector.send(
                    .init("ZADD", "sa:{a}:top", .string(sample.score), .bytes(sample.member)))
            }
            let script = "exec \"$PROGRAM\" serve --port 0 --redis '\(redis.unixURL)'"
            @Sendable func port(_ daemon: ProgramUnderTest) async throws -> Int {
                let line = try #require(await daemon.line(with: "listening on"))
                return try #require(line.split(separator: ":").last.flatMap { Int($0) })
            }
            try await add("1")
            let auth = try await ProgramUnderTest.run("streamassembler", shell: script) { daemon in
                let client = try await MonitoringClient.connect(port: port(daemon))
                try await client.until(["1"])
                try await add("2")
                try await client.until(["1", "2"])
                return try Self.since(client)
            }
            #expect(auth.status == 128 + 9)
            try await add("3")
            try await add("4")
            // It may not have read anything yet when the client comes: the answer waits for that.
            _ = try await ProgramUnderTest.run("streamassembler", shell: script) { daemon in
                let socket = try await SocketIOTestClient.connect(port: port(daemon), auth: auth.result)
                var event = try await socket.nextEvent()
                while event.name == "status" { event = try await socket.nextEvent() }
                #expect(event.name == "dUpdates")
                #expect(Self.ids(event) == ["3", "4"])
            }
            await collector.close()
        }
    }
}
