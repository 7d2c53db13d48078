import TestSupport
import Testing

@testable import Daemon

/// What `/metrics` of a daemon that works says.
@Suite(.timeLimit(.minutes(1))) struct MetricsTextTests {
    private func page(_ daemon: RunningDaemon) async throws -> PrometheusText {
        var answer = try await daemon.get("/metrics")
        // Whoever waits for a fact here may have asked more than one address may.
        while answer.hasPrefix("HTTP/1.1 429") { answer = try await daemon.get("/metrics") }
        let parts = answer.split(separator: "\r\n\r\n", maxSplits: 1).map(String.init)
        try #require(parts.count == 2)
        #expect(parts[0].lowercased().contains("content-type: text/plain; version=0.0.4"))
        return try PrometheusText(parts[1])
    }

    private func value(_ page: PrometheusText, _ name: String, _ label: String? = nil) -> Double? {
        let samples = page.families["streamassembler_\(name)"]?.samples
        return samples?.first { sample in label.map(sample.labels.values.contains) ?? true }?.value
    }

    private func count(_ page: PrometheusText, _ name: String) -> Double {
        page.families["streamassembler_\(name)"]?.samples.first { $0.name.hasSuffix("_count") }?.value ?? -1
    }

    @Test func `the whole text is in the format, before and after a change has gone out`() async throws {
        try await RunningDaemon.with { daemon in
            let before = try await page(daemon)
            #expect(count(before, "emit_seconds") == 0)
            let client = try await daemon.client()
            try await daemon.add("sa:{a}:top", TestSample("1"))
            try await client.until(["1"])
            // The client may have it a moment before the daemon hears from its socket.
            while try await daemon.metric("emit_seconds_count") != 1 {}
            let after = try await page(daemon)
            for name in ["emit_seconds", "flush_seconds", "apply_seconds", "follower_lag_seconds", "snapshot_seconds"] {
                #expect(count(after, name) >= 1, "\(name)")
            }
            #expect(value(after, "sessions_by_transport", "websocket") == 1)
            #expect(value(after, "sessions_by_transport", "polling") == 0)
            #expect((value(after, "bytes_received_total") ?? 0) > 0)
            #expect((value(after, "follower_round_trips_total") ?? 0) > 0)
            #expect(value(after, "ready") == 1)
            #expect(before.families.keys == after.families.keys, "no family comes with what happens")
            for (name, family) in before.families {
                #expect(
                    Set(family.samples.map(\.labels)) == Set(after.families[name]?.samples.map(\.labels) ?? []),
                    "no label comes with what happens")
            }
        }
    }

    @Test func `the process is shown as the system sees it`() async throws {
        try await RunningDaemon.with { daemon in
            let page = try await page(daemon)
            func figure(_ name: String) -> Double { page.families["process_\(name)"]?.samples.first?.value ?? -1 }
            #expect(figure("cpu_seconds_total") > 0)
            #expect(figure("resident_memory_bytes") > 1_000_000)
            #expect(figure("virtual_memory_bytes") >= figure("resident_memory_bytes"))
            #expect(figure("open_fds") > 3)
            #expect(figure("max_fds") >= figure("open_fds"))
            // After 2020, and not in the future.
            let now = Double(WallClock.milliseconds()) / 1000
            #expect(figure("start_time_seconds") > 1_577_836_800)
            #expect(figure("start_time_seconds") < now + 2)
        }
    }

    @Test func `samples that come late, and those that a bound takes, are counted`() async throws {
        try await RunningDaemon.with(adjust: { $0.window.perKey = 2 }) { daemon in
            let client = try await daemon.client()
            try await daemon.add("sa:{a}:top", TestSample("1", at: -1000))
            try await client.until(["1"])
            try await daemon.add("sa:{a}:top", TestSample("2", at: -3000))
            try await client.until(["1", "2"])
            let late = try await page(daemon)
            #expect(value(late, "samples_late_total") == 1)
            #expect(value(late, "window_samples_left_total", "per-key") == 0)
            try await daemon.add("sa:{a}:top", TestSample("3"))
            while try await daemon.metric("samples_emitted_total") != 3 {}
            let full = try await page(daemon)
            #expect(value(full, "window_limit", "per-key") == 2)
            #expect(value(full, "window_samples_left_total", "per-key") == 1)
            #expect(value(full, "window_samples_left_total", "bytes") == 0)
            #expect(value(full, "samples_late_total") == 1)
        }
    }
}
