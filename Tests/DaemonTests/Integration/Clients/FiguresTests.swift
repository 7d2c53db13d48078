import JSONBytes
import TestSupport
import Testing

/// Clients that want figures, or the details of some hosts, beside clients that know of neither.
@Suite(.timeLimit(.minutes(1))) struct FiguresTests {
    /// As a collector writes it; the table of a number of rows is a detail.
    private func sample(_ id: String, host: String = "a", at t: Int64 = 0) -> (sample: TestSample, figures: String) {
        let time = TestSample.now + t
        let head = #"{"id":"\#(id)","host":"\#(host)","probe":"top","t":\#(time),"details":["procs"],"n":1"#
        let whole = head + #","procs":{"cols":["pid"],"rows":[["\#(id)"]]},"flags":[]}"#
        return (TestSample(score: "\(time)", whole), head + #","flags":[]}"#)
    }

    private func json(_ text: String) throws -> JSONValue { try #require(JSONValue(text)) }

    @Test func `figures come without details, and a client that did not ask gets what it always got`() async throws {
        try await RunningDaemon.with { daemon in
            let whole = try await daemon.client()
            let figures = try await daemon.client(auth: #"{"subscribe":{"figures":true}}"#)
            let first = sample("1")
            try await daemon.add("sa:{a}:top", first.sample)
            #expect(try await whole.next("dUpdates").text.hasPrefix(#"2["dUpdates",[\#(first.sample.text)],{"epoch":"#))
            #expect(try await figures.next("dUpdates").text.hasPrefix(#"2["dUpdates",[\#(first.figures)],{"epoch":"#))
            // The snapshot, from the handshake and by `subscribe`, there and back.
            let entry = #"2["updates",{"1":{"t":\#(first.sample.score),"data":"#
            let late = try await SocketIOTestClient.connect(port: daemon.port, auth: #"{"subscribe":{"figures":true}}"#)
            #expect(try await late.next("updates").text.hasPrefix(entry + first.figures + "}},"))
            for (argument, data) in [
                (#"{"figures":false}"#, first.sample.text), (#"{"figures":true,"depth":5}"#, first.figures),
                (#"{"figures":null}"#, first.sample.text),
            ] {
                _ = try await late.emitWithAck("subscribe", argument)
                #expect(try await late.next("updates").text.hasPrefix(entry + data + "}},"))
            }
            #expect(whole.faults == [] && figures.faults == [])
        }
    }

    @Test func `what a client of figures missed comes as figures`() async throws {
        try await RunningDaemon.with { daemon in
            let (client, witness) = (
                try await daemon.client(auth: #"{"subscribe":{"figures":true}}"#), try await daemon.client()
            )
            _ = try await client.socket.emitWithAck("pause")
            let missed = sample("1")
            try await daemon.add("sa:{a}:top", missed.sample)
            try await witness.until(["1"])
            _ = try await client.socket.emitWithAck("resume")
            #expect(try await client.next("dUpdates").text.hasPrefix(#"2["dUpdates",[\#(missed.figures)],{"epoch":"#))
            #expect(client.reason(1) == "resume")
        }
    }

    @Test func `details of chosen hosts come at once, then behind the figures of each change`() async throws {
        try await RunningDaemon.with { daemon in
            let client = try await daemon.client(auth: #"{"subscribe":{"figures":true}}"#)
            for number in 1...3 {
                try await daemon.add("sa:{a}:top", sample("\(number)", at: Int64(number)).sample)
                try await daemon.add("sa:{b}:top", sample("b\(number)", host: "b", at: Int64(number)).sample)
            }
            try await client.until(["1", "2", "3", "b1", "b2", "b3"])
            let answer = try await client.socket.emitWithAck("details", #"{"hosts":["a*"],"depth":2}"#)
            #expect(try answer == [json(#"{"ok":true,"keys":["sa:{a}:top"]}"#)])
            let first = try await client.next("details")
            #expect(first.arguments[0].array?.compactMap { $0["id"]?.string } == ["3", "2"])
            #expect(first.arguments[0].array?.first?.object.map { Set($0.keys) } == ["id", "key", "t", "procs"])
            #expect(first.arguments[0].array?.first?["key"] == .string("sa:{a}:top"))
            #expect(try first.arguments[0].array?.last?["procs"]?["rows"] == json(#"[["2"]]"#))
            #expect(first.arguments[1]["reason"] == .string("subscribe"))
            #expect(first.arguments[1]["t"] == nil)

            try await daemon.add("sa:{a}:top", sample("4", at: 4).sample)
            #expect(try await client.next("dUpdates").arguments[0].array?.first?["procs"] == nil)
            let then = try await client.next("details")
            #expect(then.arguments[0].array?.compactMap { $0["id"]?.string } == ["4"])
            #expect(then.arguments[1]["reason"] == nil)
            #expect(then.arguments[1]["seq"] == client.metas.last?["seq"])
            // Another host's, and a sample that has none: no event of details comes between.
            try await daemon.add("sa:{b}:top", sample("b4", host: "b", at: 4).sample)
            try await client.next("dUpdates")
            try await daemon.add("sa:{a}:top", TestSample("5", at: 5))
            try await client.next("dUpdates")
            #expect(client.faults == [])
        }
    }

    @Test func `another choice replaces the earlier one, and an empty one ends it`() async throws {
        try await RunningDaemon.with { daemon in
            let client = try await daemon.client()
            try await daemon.add("sa:{a}:top", sample("1").sample)
            try await client.until(["1"])
            for (host, ids) in [("a", ["1"]), ("b", []), ("a", ["1"])] {
                _ = try await client.socket.emitWithAck("details", #"{"hosts":["\#(host)"]}"#)
                let event = try await client.next("details")
                #expect(event.arguments[0].array?.compactMap { $0["id"]?.string } == ids)
            }
            let none = try await client.socket.emitWithAck("details", #"{"hosts":[]}"#)
            #expect(try none == [json(#"{"ok":true,"keys":[]}"#)])
            for number in 2...3 {
                try await daemon.add("sa:{a}:top", sample("\(number)", at: Int64(number)).sample)
                try await client.next("dUpdates")
            }
            #expect(client.faults == [])
        }
    }

    @Test func `a pause stops details too, and the newest come when it ends`() async throws {
        try await RunningDaemon.with { daemon in
            let (client, witness) = (try await daemon.client(), try await daemon.client())
            _ = try await client.socket.emitWithAck("details", #"{"hosts":["*"]}"#)
            try await client.next("details")
            _ = try await client.socket.emitWithAck("pause")
            try await daemon.add("sa:{a}:top", sample("1").sample)
            try await witness.until(["1"])
            _ = try await client.socket.emitWithAck("resume")
            try await client.next("dUpdates")
            let event = try await client.next("details")
            #expect(event.arguments[0].array?.compactMap { $0["id"]?.string } == ["1"])
            #expect(event.arguments[1]["reason"] == .string("resume"))
            #expect(client.faults == [])
        }
    }

    @Test(arguments: [
        ("", "argument"), ("7", "argument"), ("[]", "argument"), ("{}", "hosts"), (#"{"hosts":null}"#, "hosts"),
        (#"{"hosts":"a"}"#, "hosts"), (#"{"hosts":[1]}"#, "hosts"), (#"{"hosts":[""]}"#, "hosts"),
        (#"{"hosts":["a"],"depth":0}"#, "depth"), (#"{"hosts":[],"depth":1e9}"#, "depth"),
        (#"{"hosts":["a"],"probes":[]}"#, "probes"), (#"{"hosts":["\ud800"]}"#, "no Unicode"),
        (#"{"hosts":[\#(Array(repeating: #""a""#, count: 65).joined(separator: ","))]}"#, "64"),
    ])
    func `a choice that makes no sense is answered with the field's name and leaves the earlier one`(
        _ argument: String, _ field: String
    ) async throws {
        try await RunningDaemon.with { daemon in
            let client = try await daemon.client()
            _ = try await client.socket.emitWithAck("details", #"{"hosts":["a"]}"#)
            try await client.next("details")
            let answer =
                argument.isEmpty
                ? try await client.socket.emitWithAck("details")
                : try await client.socket.emitWithAck("details", argument)
            #expect(answer.first?["error"]?["code"] == .string("bad-request"))
            #expect(answer.first?["error"]?["message"]?.string?.contains(field) == true)
            try await daemon.add("sa:{a}:top", sample("1").sample)
            try await client.next("dUpdates")
            try await client.next("details")
            #expect(client.faults == [])
        }
    }

    @Test func `figures that are neither true nor false are refused`() async throws {
        try await RunningDaemon.with { daemon in
            let client = try await daemon.client()
            let answer = try await client.socket.emitWithAck("subscribe", #"{"figures":1}"#)
            #expect(answer.first?["error"]?["message"]?.string?.contains("figures: 1 is not allowed") == true)
            let refusal = await #expect(throws: SocketIOTestClient.ConnectRefused.self) {
                try await daemon.client(auth: #"{"subscribe":{"figures":"yes"}}"#)
            }
            #expect(try #require(refusal).payload.contains("figures"))
        }
    }

    @Test func `names that are of no detail are counted, and the sample arrives`() async throws {
        try await RunningDaemon.with { daemon in
            let client = try await daemon.client(auth: #"{"subscribe":{"figures":true}}"#)
            let text = #"{"id":"1","details":["absent","p","p","id"],"p":1,"q":2}"#
            try await daemon.add("sa:{a}:top", TestSample(score: "\(TestSample.now)", text))
            let event = try await client.next("dUpdates")
            #expect(event.text.contains(#"[{"id":"1","details":["absent","p","p","id"],"q":2}]"#))
            #expect(try await daemon.metric("details_ignored_total") == 3)
        }
    }
}
