import TestSupport
import Testing

/// What collectors may write wrong: rejected, counted and logged, and nothing else is disturbed.
@Suite(.timeLimit(.minutes(1))) struct BadInputTests {
    struct Bad: Sendable, CustomTestStringConvertible {
        let testDescription: String
        let sample: TestSample
        let reason: String

        init(_ name: String, _ member: [UInt8], score: String? = nil, _ reason: String) {
            testDescription = name
            sample = TestSample(score: score ?? "\(TestSample.now)", member: member)
            self.reason = reason
        }

        init(_ name: String, _ text: String, score: String? = nil, _ reason: String) {
            self.init(name, Array(text.utf8), score: score, reason)
        }
    }

    static let bad = [
        Bad("no JSON", "hello", "not-json-object"),
        Bad("cut JSON", #"{"id":"x""#, "not-json-object"),
        Bad("two texts", #"{"id":"x"}{"id":"y"}"#, "not-json-object"),
        Bad("an array", #"["id"]"#, "not-json-object"),
        Bad("nothing", "", "not-json-object"),
        Bad("deep", String(repeating: #"{"id":"#, count: 10_000), "not-json-object"),
        Bad("invalid UTF-8", Array(#"{"id":"x","v":""#.utf8) + [0xff, 0xc0] + Array(#""}"#.utf8), "not-json-object"),
        Bad("a zero byte", Array(#"{"id":"x"}"#.utf8) + [0], "not-json-object"),
        Bad("no id", #"{"t":1}"#, "missing-id"),
        Bad("empty id", #"{"id":""}"#, "missing-id"),
        Bad("id of another type", #"{"id":7}"#, "missing-id"),
        Bad("long id", #"{"id":"\#(String(repeating: "i", count: 257))"}"#, "id-too-long"),
        Bad("over 1 MiB", #"{"id":"x","v":"\#(String(repeating: "x", count: 1 << 20))"}"#, "too-large"),
        Bad("+inf", #"{"id":"x"}"#, score: "+inf", "score-not-finite"),
        Bad("-inf", #"{"id":"x"}"#, score: "-inf", "score-not-finite"),
        Bad("an hour ahead", #"{"id":"x"}"#, score: "\(TestSample.now + 3_600_000)", "too-far-in-future"),
        Bad("another host's id", #"{"id":"b:top:18f:1"}"#, "foreign-id"),
        Bad("another probe's id", #"{"id":"a:net:18f:1"}"#, "foreign-id"),
        Bad("another host", #"{"id":"x","host":"b"}"#, "host-mismatch"),
        Bad("no host", #"{"id":"x","host":null}"#, "host-mismatch"),
        Bad("another probe", #"{"id":"x","probe":"net"}"#, "host-mismatch"),
        Bad("two hosts", #"{"id":"x","host":"a","h\u006fst":"b"}"#, "duplicate-member"),
        Bad("1e300", #"{"id":"x"}"#, score: "1e300", "too-far-in-future"),
    ]

    @Test(arguments: bad)
    func `a bad member is counted by reason and those beside and after it arrive`(_ bad: Bad) async throws {
        try await RunningDaemon.with { daemon in
            let client = try await daemon.client()
            let key = "sa:{a}:top"
            try await daemon.add(key, TestSample("before", at: -1), bad.sample, TestSample("beside"))
            try await client.until(["before", "beside"])
            try await daemon.add(key, TestSample("after"))
            try await client.until(["before", "beside", "after"])
            #expect(client.faults == [])
            let name = #"samples_rejected_total{reason="\#(bad.reason)"}"#
            #expect(try await daemon.metric(name) == 1)
            #expect(daemon.log.lines(with: "sample rejected").count == 1)
            #expect(daemon.log.lines(with: "sample rejected").first?.contains(bad.reason) == true)
            let late = try await daemon.client()
            #expect(late.ids == client.ids)
        }
    }

    @Test func `rejections are logged once a key and minute, with the start of the member escaped`() async throws {
        try await RunningDaemon.with { daemon in
            let client = try await daemon.client()
            for number in 0..<5 {
                for host in ["a", "b"] {
                    let member = "\u{1b}[31m\nno JSON \(number)" + String(repeating: "z", count: 500)
                    try await daemon.add("sa:{\(host)}:top", TestSample(score: "\(TestSample.now)", member))
                }
            }
            try await daemon.add("sa:{a}:top", TestSample("a"))
            try await daemon.add("sa:{b}:top", TestSample("b", host: "b"))
            try await client.until(["a", "b"])
            #expect(try await daemon.metric(#"samples_rejected_total{reason="not-json-object"}"#) == 10)
            let lines = daemon.log.lines(with: "sample rejected")
            #expect(lines.count == 2)
            for line in lines {
                #expect(!line.contains("\u{1b}") && !line.contains("\n"))
                #expect(line.contains(#"x1b[31m"#))
                #expect(!line.contains(String(repeating: "z", count: 81)))
            }
        }
    }

    @Test func `a key of another type is skipped and followed once it is a sorted set`() async throws {
        try await RunningDaemon.with { daemon in
            let client = try await daemon.client()
            try await daemon.redis("SET", "sa:{a}:top", "a string")
            await daemon.log.until("no sorted set")
            try await daemon.add("sa:{b}:top", TestSample("b", host: "b"))
            try await client.until(["b"])
            try await daemon.redis("DEL", "sa:{a}:top")
            try await daemon.add("sa:{a}:top", TestSample("a"))
            try await client.until(["a", "b"])
            #expect(client.faults == [])
            #expect(daemon.log.lines(with: "no sorted set").count == 1)
        }
    }

    @Test func `a key that is there before the daemon with another type is followed later too`() async throws {
        try await RunningDaemon.with { daemon in
            let client = try await daemon.client()
            try await daemon.add("sa:{a}:top", TestSample("1"))
            try await client.until(["1"])
            try await daemon.redis("SET", "sa:{a}:top", "a string")
            try await client.until([])
            try await daemon.redis("DEL", "sa:{a}:top")
            try await daemon.add("sa:{a}:top", TestSample("2"))
            try await client.until(["2"])
            #expect(client.faults == [])
        }
    }

    @Test func `a key that does not fit the contract's shape takes host and probe from its samples`() async throws {
        try await RunningDaemon.with { daemon in
            let client = try await daemon.client(auth: #"{"subscribe":{"hosts":["inner"]}}"#)
            try await daemon.add("sa:loose key \n\"", TestSample("1", host: "inner"), TestSample("2", host: "other"))
            try await client.until(["1"])
            try await daemon.redis("DEL", "sa:loose key \n\"")
            try await client.until([])
            #expect(client.faults == [])
        }
    }
}
