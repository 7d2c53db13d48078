import TestSupport
import Testing

/// Keys that are renamed or copied: whichever key Redis tells of first, clients end with what the sets hold.
@Suite(.timeLimit(.minutes(1))) struct MovedKeyTests {
    private let old = "sa:{a}:top"
    private let new = "sa:{b}:top"
    private let samples = (1...5).map { TestSample("\($0)", at: Int64($0)) }
    private let all: Set<String> = ["1", "2", "3", "4", "5"]

    /// A mark behind it, so that all that the moves told has come.
    private func check(_ client: MonitoringClient, _ daemon: RunningDaemon, _ ids: Set<String>) async throws {
        try await daemon.add("sa:{mark}:top", TestSample("mark", host: "mark"))
        try await client.until(ids.union(["mark"]))
        let late = try await daemon.client()
        #expect(late.ids == ids.union(["mark"]))
        #expect(client.faults == [])
    }

    @Test func `a renamed key's samples stay, and go with the new key`() async throws {
        try await RunningDaemon.with { daemon in
            let client = try await daemon.client()
            try await daemon.add(old, samples)
            try await client.until(all)
            for _ in 1...5 {
                try await daemon.redis("RENAME", old, new)
                try await daemon.redis("RENAME", new, old)
            }
            try await daemon.redis("RENAME", old, new)
            while try await !daemon.get("/api/v1/keys").contains(new) {}
            try await check(client, daemon, all)
            try await daemon.redis("DEL", new)
            try await client.until(["mark"])
        }
    }

    @Test func `a copied key's samples stay when the first one is deleted`() async throws {
        try await RunningDaemon.with { daemon in
            let client = try await daemon.client()
            try await daemon.add(old, samples)
            try await client.until(all)
            try await daemon.redis("COPY", old, new)
            // Read before the first key ends, which is the order that lost them.
            while try await daemon.metric("samples_duplicate_total") != 5 {}
            try await daemon.redis("DEL", old)
            while try await !daemon.get("/api/v1/keys").contains(new) {}
            try await check(client, daemon, all)
            try await daemon.redis("ZREM", new, samples[2].text)
            try await client.until(all.subtracting(["3"]).union(["mark"]))
        }
    }
}
