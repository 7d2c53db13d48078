import FoundationEssentials
import RESP
import TestSupport

extension FaultCase {
    /// More comes than the follower takes.
    static let floods = [
        FaultCase(number: 17, letter: "a", name: "burst larger than the window", perKey: 300, fault: burst),
        FaultCase(
            number: 17, letter: "b", name: "burst smaller than the window", daemon: ["--window-samples", "200000"],
            perKey: 10_000, fault: burst),
        FaultCase(
            number: 18, name: "slow follower, its buffers overflow",
            redis: [
                "--client-output-buffer-limit", "pubsub 64kb 64kb 1", "--client-output-buffer-limit",
                "replica 64kb 64kb 1",
            ]
        ) { stage in
            try await stage.spread(4) { _ in
                stage.daemon.suspend()
                try await stage.pause(.milliseconds(300))
                stage.daemon.resume()
            }
            stage.daemon.suspend()
            // Far more events than its socket and its output buffer hold.
            try await stage.tell("EVAL", .string(flood), 1, .string(Stage.key(0)))
            stage.daemon.resume()
        },
    ]

    private static let burst: @Sendable (Stage) async throws -> Void = { stage in
        try await stage.written(0.3)
        let perPipeline = 500
        for start in stride(from: 0, to: stage.scale.burst, by: perPipeline) {
            let now = (Date().timeIntervalSince1970 * 1000).rounded()
            try await stage.hand.write(
                (start..<start + perPipeline).map { number in
                    let host = number % stage.scale.keys
                    let sample = SampleText(host: "h\(host)", source: "burst", number: number, score: now)
                    return RESPCommand("ZADD", .string(Stage.key(host)), .double(now), .string(sample.text))
                })
        }
        stage.progress.acknowledgeBeyondPlan(stage.scale.burst)
    }

    private static let flood = """
        for i = 1, 200000 do redis.call('PEXPIRE', KEYS[1], 7200000) end
        """
}
