import Daemon
import JSONBytes
import TestSupport
import Testing

/// What the daemon says of how far back its window reaches, and what it keeps of hosts that are silent.
@Suite(.timeLimit(.minutes(2)))
struct DepthTests {
    @Test func `a window that its limits leave shorter than its age is told everywhere, once in the log`() async throws
    {
        try await RunningDaemon.with(adjust: { $0.window.perKey = 5 }) { daemon in
            let client = try await daemon.client(auth: #"{"heartbeat":true}"#)
            #expect(client.metas[0]["window"]?["from"] == nil)
            #expect(!(try await daemon.get("/readyz")).contains("heldMs"))
            #expect(try await daemon.metric("window_held_seconds") == 600)

            let samples = (1...8).map { TestSample("\($0)", at: Int64($0) * 1_000 - 20_000) }
            try await daemon.add("sa:{a}:top", samples)
            while !client.ids.contains("8") { try await client.next() }
            try await daemon.add("sa:{a}:top", TestSample("9"))
            await daemon.log.until("the window does not hold window-age")
            try await daemon.add("sa:{a}:top", TestSample("10"))
            while !client.ids.contains("10") { try await client.next() }
            // The ninth took the place of the fourth, the tenth that of the fifth.
            let fifth = try #require(Double(samples[4].score))
            let from = try #require(client.metas.last?["window"]?["from"]?.number)
            #expect(from == fifth || from == fifth - 1_000)
            let answer = try await daemon.get("/readyz")
            let ready = try #require(JSONValue(answer.components(after: "\r\n\r\n")))
            #expect(ready["ready"] == .bool(true))
            #expect((ready["window"]?["from"]?.number).map { $0 == fifth || $0 == fifth - 1_000 } == true)
            #expect((ready["window"]?["heldMs"]?.number).map { $0 > 15_000 && $0 < 130_000 } == true)
            #expect(try await daemon.metric("window_age_seconds") == 600)
            #expect((try await daemon.metric("window_held_seconds")).map { $0 < 130 } == true)
            #expect(daemon.log.lines(with: "the window does not hold window-age").count == 1)
        }
    }

    /// It died long before the window's age, and a daemon that starts now shows it all the same.
    @Test func `the newest of a silent host are shown until its key goes`() async throws {
        try await RunningDaemon.with(adjust: { $0.window.age = .seconds(2) }) { daemon in
            let samples = (1...40).map { TestSample("\($0)", host: "dead", at: Int64($0) * 1_000 - 100_000) }
            try await daemon.add("sa:{dead}:top", samples)
            let newest = Set((11...40).map(String.init))
            let client = try await daemon.client()
            // It may have come before the daemon read them: then it was told of all.
            while !client.ids.isSuperset(of: newest) { try await client.next() }
            #expect(try await daemon.client(auth: #"{"subscribe":{"depth":1000}}"#).ids == newest)
            try await RunningDaemon.beside(daemon) { second in
                let other = try await second.client(auth: #"{"subscribe":{"depth":1000}}"#)
                #expect(other.ids.isSuperset(of: newest))
            }
            try await daemon.redis("DEL", "sa:{dead}:top")
            try await client.until([])
            #expect(client.faults == [])
        }
    }
}
