import JSONBytes
import TestSupport
import Testing

/// Connections that go on where an earlier one ended, and pauses.
@Suite(.timeLimit(.minutes(2)))
struct ResumeTests {
    private static func position(_ client: MonitoringClient) throws -> String {
        let meta = try #require(client.metas.last)
        let (epoch, seq) = (try #require(meta["epoch"]?.string), try #require(meta["seq"]?.number))
        return #"{"epoch":"\#(epoch)","seq":\#(Int(seq))}"#
    }

    /// What a connection with `since` gets first.
    private static func first(_ daemon: RunningDaemon, auth: String) async throws -> SocketIOTestClient.Event {
        try await SocketIOTestClient.connect(port: daemon.port, auth: auth).nextEvent()
    }

    @Test func `a client that comes back gets what it missed and nothing else`() async throws {
        try await RunningDaemon.with { daemon in
            try await daemon.add("sa:{a}:top", TestSample("1"))
            let (client, witness) = (try await daemon.client(), try await daemon.client())
            try await witness.until(["1"])
            try await client.until(["1"])
            let since = try Self.position(client)
            try await client.socket.disconnect()
            try await daemon.add("sa:{a}:top", TestSample("2"))
            try await daemon.add("sa:{b}:top", TestSample("3", host: "b"))
            try await witness.until(["1", "2", "3"])

            let event = try await Self.first(daemon, auth: #"{"since":\#(since)}"#)
            #expect(event.name == "dUpdates")
            #expect(event.arguments.first?.array?.compactMap { $0["id"]?.string } == ["2", "3"])
            #expect(event.arguments.last?["reason"] == .string("resume"))
            #expect(event.arguments.last?["seq"] == witness.metas.last?["seq"])

            let selected = try await Self.first(
                daemon, auth: #"{"since":\#(since),"subscribe":{"hosts":["b"]}}"#)
            #expect(selected.arguments.first?.array?.compactMap { $0["id"]?.string } == ["3"])
        }
    }

    @Test func `a client that missed nothing is told so`() async throws {
        try await RunningDaemon.with { daemon in
            try await daemon.add("sa:{a}:top", TestSample("1"))
            let client = try await daemon.client()
            try await client.until(["1"])
            let since = try Self.position(client)
            let event = try await Self.first(daemon, auth: #"{"since":\#(since)}"#)
            #expect(event.name == "dUpdates")
            #expect(event.arguments.first == .array([]))
        }
    }

    @Test(arguments: [#"{"epoch":"other","seq":0}"#, #"{"epoch":"EPOCH","seq":9007199254740991}"#, "null"])
    func `a client whose past is not known gets the window`(_ since: String) async throws {
        try await RunningDaemon.with { daemon in
            try await daemon.add("sa:{a}:top", TestSample("1"))
            let client = try await daemon.client()
            try await client.until(["1"])
            let epoch = try #require(client.metas.last?["epoch"]?.string)
            let event = try await Self.first(daemon, auth: #"{"since":\#(since.replacing("EPOCH", with: epoch))}"#)
            #expect(event.name == "updates")
            #expect(event.arguments.last?["reason"] == .string("connect"))
        }
    }

    @Test func `a position that makes no sense is refused with the field's name`() async throws {
        try await RunningDaemon.with { daemon in
            let refusal = await #expect(throws: SocketIOTestClient.ConnectRefused.self) {
                try await daemon.client(auth: #"{"since":{"epoch":"e","seq":-1}}"#)
            }
            let payload = try #require(refusal).payload
            #expect(payload.contains("auth.since: seq: "))
        }
    }

    /// The history has 16 MiB of all hosts; the window has a minute of each all the same.
    @Test func `a pause longer than the history brings what was missed of a few keys`() async throws {
        try await RunningDaemon.with { daemon in
            try await daemon.add("sa:{a}:top", TestSample("1"))
            let client = try await daemon.client(auth: #"{"subscribe":{"hosts":["a"]}}"#)
            let witness = try await daemon.client(auth: #"{"subscribe":{"hosts":["a","last"]}}"#)
            try await witness.until(["1"])
            try await client.until(["1"])
            let seq = client.metas.last?["seq"]?.number ?? 0
            _ = try await client.socket.emitWithAck("pause")
            try await daemon.add("sa:{a}:top", TestSample("2"))
            for number in 0..<20 {
                try await daemon.add("sa:{other}:top", TestSample("\(number)", host: "other", padding: 900_000))
            }
            try await daemon.add("sa:{last}:top", TestSample("9", host: "last"))
            try await witness.until(["1", "2", "9"])
            _ = try await client.socket.emitWithAck("resume")
            let event = try await client.next("dUpdates")
            #expect(client.ids == ["1", "2"] && client.faults == [])
            #expect(event.arguments[1]["reason"] == .string("resume"))
            #expect((event.arguments[1]["seq"]?.number ?? 0) > seq)
        }
    }

    @Test func `a selection made while paused brings the window on resume`() async throws {
        try await RunningDaemon.with { daemon in
            try await daemon.add("sa:{a}:top", TestSample("1"))
            let client = try await daemon.client(auth: #"{"subscribe":{"hosts":["x"]}}"#)
            let witness = try await daemon.client()
            try await witness.until(["1"])
            _ = try await client.socket.emitWithAck("pause")
            _ = try await client.socket.emitWithAck("subscribe", #"{"hosts":["a"]}"#)
            _ = try await client.socket.emitWithAck("resume")
            try await client.next("updates")
            #expect(client.ids == ["1"])
            #expect(client.reason(1) == "resume")
        }
    }
}
