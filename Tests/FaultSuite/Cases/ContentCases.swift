import FoundationEssentials
import RESP
import TestSupport

extension FaultCase {
    /// What neither a count nor an event shows, and what may not take the place of others.
    static let content = [
        FaultCase(number: 23, name: "rewritten at one time, and cut ×10") { stage in
            try await stage.spread(10) { time in
                let key = RESPArgument.string(Stage.key(time))
                let words = try await stage.tell("ZREVRANGE", key, 3, 3, "WITHSCORES").array ?? []
                guard words.count == 2, let score = words[1].double else { return }
                let kind: RESPArgument = time % 2 == 0 ? "pubsub" : "normal"
                let sample = SampleText(host: "h\(time)", source: "rewritten", number: time, score: score)
                try await stage.hand.write([
                    RESPCommand("MULTI"), RESPCommand("CLIENT", "KILL", "TYPE", kind, "SKIPME", "yes"),
                    RESPCommand("ZREMRANGEBYSCORE", key, .double(score), .double(score)),
                    RESPCommand("ZADD", key, .double(score), .string(sample.text)), RESPCommand("EXEC"),
                ])
            }
        },
        FaultCase(number: 24, name: "1,000 samples of the future", perKey: 300) { stage in
            try await stage.spread(3) { time in
                let later = (Date().timeIntervalSince1970 * 1000).rounded() + 3_600_000
                try await stage.hand.write(
                    (0..<1000).map { number in
                        let sample = SampleText(host: "h\(time)", source: "early", number: number, score: later)
                        return RESPCommand("ZADD", .string(Stage.key(time)), .double(later), .string(sample.text))
                    })
            }
        },
        FaultCase(number: 25, name: "the right to listen is taken and given", modes: [.notifications]) { stage in
            try await stage.spread(4) { time in
                try await stage.tell("ACL", "SETUSER", "default", time % 2 == 0 ? "resetchannels" : "allchannels")
            }
        },
    ]
}
