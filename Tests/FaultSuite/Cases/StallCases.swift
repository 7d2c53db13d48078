import RESP
import TestSupport

extension FaultCase {
    /// Redis is there and does not answer.
    static let stalls = [
        FaultCase(number: 11, name: "SIGSTOP within the deadline") { stage in
            try await stop(stage, for: stage.scale.stall)
        },
        FaultCase(number: 12, name: "SIGSTOP beyond the deadline") { stage in
            try await stop(stage, for: stage.scale.silence)
        },
        FaultCase(
            number: 13, name: "DEBUG SLEEP ×2, busy script",
            redis: ["--enable-debug-command", "yes", "--busy-reply-threshold", "100"]
        ) { stage in
            let seconds = "\(stage.scale.stall / .seconds(1))"
            try await stage.spread(3) { time in
                if time < 2 {
                    try await stage.tell("DEBUG", "SLEEP", .string(seconds))
                } else {
                    try await stage.tell("EVAL", .string(busy), 0, .string(seconds))
                }
            }
        },
    ]

    private static func stop(_ stage: Stage, for time: Duration) async throws {
        try await stage.written(0.4)
        stage.redis.suspend()
        try await stage.pause(time)
        stage.redis.resume()
    }

    private static let busy = """
        local function now() local t = redis.call('TIME') return t[1] + t[2] / 1e6 end
        local last = now() + tonumber(ARGV[1])
        while now() < last do end
        """
}
