import TestSupport
import Testing

/// Keys that are renamed or copied: whichever key Redis tells of first, clients end with what each key holds.
@Suite(.timeLimit(.minutes(1))) struct MovedKeyTests {
    private let old = "sa:{a}:top"
    private let new = "sa:{b}:top"
    private let loose = "sa:loose"
    private let all: Set<String> = ["1", "2", "3", "4", "5"]
    /// What says no host is whosever key it stands in.
    private let samples = (1...5).map { number in
        let t = TestSample.now + Int64(number)
        return TestSample(score: "\(t)", #"{"id":"\#(number)","t":\#(t)}"#)
    }

    /// A mark behind it, so that all that the moves told has come.
    private func check(_ client: MonitoringClient, _ daemon: RunningDaemon, _ ids: [String: Set<String>]) async throws {
        try await daemon.add("sa:{mark}:top", TestSample("mark", host: "mark"))
        try await client.until(["mark"], of: "sa:{mark}:top")
        let late = try await daemon.client()
        for key in [old, new, loose] {
            #expect(client.ids(of: key) == ids[key] ?? [])
            #expect(late.ids(of: key) == ids[key] ?? [])
        }
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
            try await client.until(all, of: new)
            try await client.until([], of: old)
            try await check(client, daemon, [new: all])
            try await daemon.redis("DEL", new)
            try await client.until(["mark"])
        }
    }

    @Test func `a member in two keys is two samples, and survives the loss of one`() async throws {
        try await RunningDaemon.with { daemon in
            let client = try await daemon.client()
            try await daemon.add(old, samples)
            try await client.until(all)
            try await daemon.redis("COPY", old, new)
            try await client.until(all, of: new)
            try await check(client, daemon, [old: all, new: all])
            try await daemon.redis("ZREM", new, samples[2].text)
            try await client.until(["1", "2", "4", "5"], of: new)
            try await daemon.redis("DEL", old)
            try await client.until([], of: old)
            try await check(client, daemon, [new: ["1", "2", "4", "5"]])
        }
    }

    @Test func `what says its host stays its host's, under whatever name the key goes on`() async throws {
        try await RunningDaemon.with { daemon in
            let client = try await daemon.client()
            let own = (1...5).map { TestSample("\($0)", at: Int64($0)) }
            try await daemon.add(old, own)
            try await client.until(all)
            // As long as the host has a key of its own, a copy is held back.
            try await daemon.redis("COPY", old, loose)
            while try await daemon.metric(#"samples_rejected_total{reason="host-spoken-for"}"#) != 5 {}
            try await check(client, daemon, [old: all])
            try await daemon.redis("DEL", old)
            try await client.until(all, of: loose)
            try await check(client, daemon, [loose: all])
            // Another host may not say it.
            try await daemon.redis("RENAME", loose, new)
            try await client.until([], of: loose)
            try await check(client, daemon, [:])
            #expect(try await daemon.metric(#"samples_rejected_total{reason="host-mismatch"}"#) == 5)
        }
    }
}
