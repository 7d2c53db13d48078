import JSONBytes
import TestSupport
import Testing

/// What leaves Redis leaves the clients, and what comes back comes back.
@Suite(.timeLimit(.minutes(1))) struct GoneTests {
    private let key = "sa:{a}:top"

    private func check(_ client: MonitoringClient, _ daemon: RunningDaemon, _ ids: Set<String>) async throws {
        try await client.until(ids)
        #expect(client.faults == [])
        let late = try await daemon.client()
        #expect(late.ids == ids)
    }

    @Test func `a deleted key is told by its name and leaves`() async throws {
        try await RunningDaemon.with { daemon in
            let client = try await daemon.client()
            try await daemon.add(key, TestSample("1"), TestSample("2"))
            try await daemon.add("sa:{b}:top", TestSample("3", host: "b"))
            try await client.until(["1", "2", "3"])
            try await daemon.redis("DEL", key)
            let event = try await client.next("gone")
            #expect(
                event.arguments[0]
                    == .object(["keys": .array([.string(key)]), "ids": .array([]), "samples": .array([])]))
            try await check(client, daemon, ["3"])
        }
    }

    @Test func `a member removed from the middle is told by its id and leaves`() async throws {
        try await RunningDaemon.with { daemon in
            let client = try await daemon.client()
            let samples = (1...3).map { TestSample("\($0)", at: Int64($0)) }
            try await daemon.add(key, samples)
            try await client.until(["1", "2", "3"])
            try await daemon.redis("ZREM", key, samples[1].text)
            let event = try await client.next("gone")
            let sample = JSONValue.object(["key": .string(key), "id": .string("2")])
            #expect(
                event.arguments[0]
                    == .object(["keys": .array([]), "ids": .array([.string("2")]), "samples": .array([sample])]))
            try await check(client, daemon, ["1", "3"])
        }
    }

    @Test func `a key made again with the same members is sent again`() async throws {
        try await RunningDaemon.with { daemon in
            let client = try await daemon.client()
            let samples = (1...3).map { TestSample("\($0)", at: Int64($0)) }
            for _ in 1...3 {
                try await daemon.add(key, samples)
                try await client.until(["1", "2", "3"])
                try await daemon.redis("DEL", key)
                try await client.until([])
            }
            try await daemon.add(key, samples)
            try await check(client, daemon, ["1", "2", "3"])
            #expect(client.arrivals.count == 12)
        }
    }

    @Test func `a flushed database leaves nothing`() async throws {
        try await RunningDaemon.with { daemon in
            let client = try await daemon.client()
            for host in ["a", "b", "c"] { try await daemon.add("sa:{\(host)}:top", TestSample(host, host: host)) }
            try await client.until(["a", "b", "c"])
            try await daemon.redis("FLUSHALL")
            try await check(client, daemon, [])
        }
    }

    @Test func `trimming at the bottom is not told`() async throws {
        try await RunningDaemon.with { daemon in
            let client = try await daemon.client()
            try await daemon.add(key, (1...5).map { TestSample("\($0)", at: Int64($0)) })
            try await client.until(["1", "2", "3", "4", "5"])
            try await daemon.redis("ZREMRANGEBYRANK", key, "0", "1")
            try await daemon.add(key, TestSample("6", at: 6))
            let event = try await client.next()
            #expect(event.name == "dUpdates")
            #expect(client.faults == [])
        }
    }
}
