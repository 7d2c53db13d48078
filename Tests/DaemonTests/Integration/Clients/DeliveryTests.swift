import Daemon
import JSONBytes
import Logging
import TestSupport
import Testing

/// From ZADD to the browsers.
@Suite(.timeLimit(.minutes(1))) struct DeliveryTests {
    @Test func `a sample written by hand reaches a client byte for byte`() async throws {
        try await RunningDaemon.with { daemon in
            let client = try await daemon.client()
            let sample =
                #"{ "id" : "x:top:1:1",  "t":1.0e3, "v":1, "text":"\u00e9 é \/ 𝄞", "n":1E+2, "m":{"n":1,"n":2} }"#
            let score = "\(TestSample.now)"
            _ = try await daemon.redis.cli("ZADD", "sa:{x}:top", score, sample)
            let event = try await client.next("dUpdates")
            #expect(event.text.hasPrefix(#"2["dUpdates",[\#(sample)],{"epoch":"#))
        }
    }

    @Test func `a client that comes later finds the sample in its snapshot with its score`() async throws {
        try await RunningDaemon.with { daemon in
            let first = try await daemon.client()
            let score = "\(TestSample.now).25"
            let sample = TestSample(score: score, #"{"id":"x:top:1:1","t":1}"#)
            try await daemon.add("sa:{x}:top", sample)
            try await first.next("dUpdates")
            let late = try await SocketIOTestClient.connect(port: daemon.port)
            let event = try await late.next("updates")
            #expect(
                event.text.hasPrefix(
                    #"2["updates",{"x:top:1:1":{"t":\#(score),"data":\#(sample.text)}},{"epoch":"#))
        }
    }

    @Test func `each event tells epoch, seq, window and clock`() async throws {
        try await RunningDaemon.with {
            $0.window.samples = 1234
            $0.window.perKey = 77
            $0.window.age = .seconds(321)
        } _: { daemon in
            let client = try await daemon.client()
            let before = Double(TestSample.now)
            for number in 1...3 {
                try await daemon.add("sa:{a}:top", TestSample("\(number)"))
                try await client.next("dUpdates")
            }
            #expect(client.metas.map { $0["seq"] } == [0, 1, 2, 3].map(JSONValue.number))
            #expect(client.metas.compactMap { $0["reason"] } == [.string("connect")])
            #expect(
                client.metas[3]["window"]
                    == .object(["samples": .number(1234), "perKey": .number(77), "ageMs": .number(321_000)]))
            let now = try #require(client.metas[3]["now"]?.number)
            #expect((before...Double(TestSample.now)).contains(now))
            #expect(client.metas[0]["epoch"]?.string?.isEmpty == false)
            #expect(client.faults == [])
        }
    }

    @Test(arguments: [Logger.Level.trace, .debug])
    func `at the level trace the log says what each round took, and at no other`(level: Logger.Level) async throws {
        try await RunningDaemon.with(adjust: { $0.logLevel = level }) { daemon in
            let client = try await daemon.client()
            for number in 1...3 {
                try await daemon.add("sa:{a}:top", TestSample("\(number)"))
                try await client.next("dUpdates")
            }
            guard level == .trace else {
                #expect(daemon.log.lines(with: ": round ") == [])
                return
            }
            await daemon.log.until(": round ", count: 3)
            for (number, line) in daemon.log.lines(with: ": round ").enumerated() {
                let fields = Dictionary(
                    uniqueKeysWithValues: line.split(separator: " ").compactMap { field -> (Substring, Int)? in
                        let parts = field.split(separator: "=")
                        return parts.count == 2 ? Int(parts[1]).map { (parts[0], $0) } : nil
                    })
                #expect(fields["seq"] == number + 1)
                #expect(fields["keys"] == 1)
                #expect(fields["samples"] == 1)
                for station in ["heard", "waited-us", "read-us", "applied-us", "gathered-us", "written-us"] {
                    #expect(fields[Substring(station)].map { $0 >= 0 } == true, "\(station) in \(line)")
                }
            }
        }
    }

    @Test func `samples of many keys and batches arrive once and in their keys' order`() async throws {
        try await RunningDaemon.with { daemon in
            let client = try await daemon.client()
            var expected: [String: [String]] = [:]
            for batch in 0..<20 {
                for host in ["a", "b", "c"] {
                    let samples = (0..<7).map { TestSample("\(host)-\(batch)-\($0)", host: host, at: Int64($0)) }
                    expected[host, default: []] += (0..<7).map { "\(host)-\(batch)-\($0)" }
                    try await daemon.add("sa:{\(host)}:top", samples)
                }
            }
            try await client.until(Set(expected.values.joined()))
            #expect(client.arrivals.count == 420)
            #expect(client.faults == [])
            let late = try await daemon.client(auth: #"{"subscribe":{"depth":140}}"#)
            #expect(late.ids == client.ids)
        }
    }
}
