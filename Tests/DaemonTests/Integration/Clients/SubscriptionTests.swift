import JSONBytes
import TestSupport
import Testing

/// What clients may ask, and what they get for it.
@Suite(.timeLimit(.minutes(1))) struct SubscriptionTests {
    /// Two hosts with two probes each, three samples a key.
    private func fill(_ daemon: RunningDaemon) async throws {
        let witness = try await daemon.client()
        var all: Set<String> = []
        for host in ["web-1", "db-1"] {
            for probe in ["top", "netstat"] {
                let samples = (1...3).map { number in
                    TestSample("\(host):\(probe):\(number)", host: host, probe: probe, at: Int64(number))
                }
                all.formUnion((1...3).map { "\(host):\(probe):\($0)" })
                try await daemon.add("sa:{\(host)}:\(probe)", samples)
            }
        }
        try await witness.until(all)
    }

    @Test(arguments: [
        (#"{"hosts":["web-*"]}"#, ["web-1:netstat", "web-1:top"], 3),
        (#"{"probes":["t?p"]}"#, ["db-1:top", "web-1:top"], 3),
        (#"{"hosts":["db*","x"],"probes":["netstat"],"depth":2}"#, ["db-1:netstat"], 2),
        (#"{"depth":1}"#, ["db-1:netstat", "db-1:top", "web-1:netstat", "web-1:top"], 1),
        (#"{"hosts":["nobody"]}"#, [], 3),
    ])
    func `subscribe by globs and depth gives the keys and the newest samples of each`(
        _ selection: String, _ sources: [String], _ depth: Int
    ) async throws {
        try await RunningDaemon.with { daemon in
            try await fill(daemon)
            let client = try await daemon.client()
            let answer = try await client.socket.emitWithAck("subscribe", selection)
            let keys = sources.map { $0.split(separator: ":") }.map { "sa:{\($0[0])}:\($0[1])" }
            #expect(answer == [.object(["ok": .bool(true), "keys": .array(keys.map(JSONValue.string))])])
            try await client.next("updates")
            #expect(client.reason(1) == "subscribe")
            let expected = sources.flatMap { source in (1...3).suffix(depth).map { "\(source):\($0)" } }
            #expect(client.ids == Set(expected))
            // The handshake takes the same.
            let other = try await daemon.client(auth: #"{"subscribe":\#(selection)}"#)
            #expect((other.ids, other.reason(0)) == (client.ids, "connect"))
        }
    }

    @Test func `a client with a narrow selection gets nothing of other hosts`() async throws {
        try await RunningDaemon.with { daemon in
            let narrow = try await daemon.client(auth: #"{"subscribe":{"hosts":["a"]}}"#)
            let all = try await daemon.client()
            try await daemon.add("sa:{b}:top", TestSample("b1", host: "b"))
            try await all.until(["b1"])
            try await daemon.redis("DEL", "sa:{b}:top")
            try await all.until([])
            try await daemon.add("sa:{a}:top", TestSample("a1"))
            let event = try await narrow.next("dUpdates")
            #expect(event.arguments[0].array?.map { $0["id"] } == [.string("a1")])
            #expect(event.arguments[1]["seq"] == .number(3))
            #expect(narrow.faults == [])
        }
    }

    @Test(arguments: [
        ("7", "argument"), ("null", "argument"), (#"["a"]"#, "argument"), (#"{"hosts":"a"}"#, "hosts"),
        (#"{"hosts":[]}"#, "hosts"), (#"{"hosts":[1]}"#, "hosts"), (#"{"hosts":[""]}"#, "hosts"),
        (#"{"probes":{"a":1}}"#, "probes"), (#"{"depth":0}"#, "depth"), (#"{"depth":1.5}"#, "depth"),
        (#"{"depth":"9"}"#, "depth"), (#"{"depth":1e300}"#, "depth"), (#"{"hosts":["\ud800"]}"#, "no Unicode"),
    ])
    func `bad arguments are answered with the field's name and leave everything as it was`(
        _ argument: String, _ field: String
    ) async throws {
        try await RunningDaemon.with { daemon in
            let client = try await daemon.client()
            let answer = try await client.socket.emitWithAck("subscribe", argument)
            #expect(answer.first?["ok"] == .bool(false))
            #expect(answer.first?["error"]?["code"] == .string("bad-request"))
            #expect(answer.first?["error"]?["message"]?.string?.contains(field) == true)
            try await daemon.add("sa:{a}:top", TestSample("1"))
            try await client.next("dUpdates")
            #expect(client.faults == [])
        }
    }

    @Test func `a bad first selection is refused with the field's name`() async throws {
        try await RunningDaemon.with { daemon in
            let refusal = await #expect(throws: SocketIOTestClient.ConnectRefused.self) {
                try await daemon.client(auth: #"{"subscribe":{"depth":-1}}"#)
            }
            let payload = JSONValue(try #require(refusal).payload)
            #expect(payload?["message"] == .string("bad-request"))
            #expect(payload?["data"]?["message"]?.string?.contains("depth") == true)
        }
    }

    @Test func `an unknown event is answered and the connection goes on`() async throws {
        try await RunningDaemon.with { daemon in
            let client = try await daemon.client()
            let answer = try await client.socket.emitWithAck("frobnicate", "1")
            #expect(answer.first?["ok"] == .bool(false))
            #expect(answer.first?["error"]?["code"] == .string("unknown-event"))
            #expect(try await client.socket.emitWithAck("pause") == [.object(["ok": .bool(true)])])
        }
    }

    @Test func `keys tells what the selection holds, over the socket and over HTTP`() async throws {
        try await RunningDaemon.with { daemon in
            try await fill(daemon)
            let client = try await daemon.client(auth: #"{"subscribe":{"hosts":["db-1"],"probes":["top"]}}"#)
            let answer = try await client.socket.emitWithAck("keys")
            let keys = try #require(answer.first?["keys"]?.array)
            #expect(keys.map { $0["key"] } == [.string("sa:{db-1}:top")])
            #expect((keys[0]["host"], keys[0]["probe"]) == (.string("db-1"), .string("top")))
            #expect(keys[0]["samples"] == .number(3))
            let (first, last) = (try #require(keys[0]["firstT"]?.number), try #require(keys[0]["lastT"]?.number))
            #expect(first <= last && last - first < 60_000)
            let page = try await daemon.get("/api/v1/keys")
            // It comes in chunks: of so few keys in one.
            let text = try #require(page.split(separator: "\r\n").first { $0.hasPrefix("{") })
            let body = JSONValue(String(text))
            #expect(body?["keys"]?.array?.count == 4)
        }
    }

    @Test func `nothing is sent while paused, and resume sends what was missed`() async throws {
        try await RunningDaemon.with { daemon in
            let (client, witness) = (try await daemon.client(), try await daemon.client())
            #expect(try await client.socket.emitWithAck("pause") == [.object(["ok": .bool(true)])])
            try await daemon.add("sa:{a}:top", TestSample("1"))
            try await witness.until(["1"])
            #expect(try await client.socket.emitWithAck("resume") == [.object(["ok": .bool(true)])])
            try await client.next("dUpdates")
            #expect(client.ids == ["1"])
            #expect(client.reason(1) == "resume")
            try await daemon.add("sa:{a}:top", TestSample("2"))
            try await client.next("dUpdates")
            #expect(client.ids == ["1", "2"])
            #expect(client.faults == [])
        }
    }
}
