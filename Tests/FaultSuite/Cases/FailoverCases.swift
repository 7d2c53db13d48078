import RESP
import TestSupport

extension FaultCase {
    /// Redis moves to another server, which holds what had reached it.
    static let failovers = [
        FaultCase(
            number: 21, letter: "a", name: "failover, old master empty", modes: [.notifications, .replication],
            hasSentinels: true
        ) { stage in
            try await stage.written(0.4)
            await stage.redis.kill()
            try await stage.hand.write([RESPCommand("PING")])
            // For some seconds a master without a sample, until the sentinels make it a replica.
            try await stage.redis.restart()
            try await stage.written(0.9)
        },
        FaultCase(
            number: 21, letter: "b", name: "failover, old master stalled", modes: [.notifications, .replication],
            hasSentinels: true
        ) { stage in
            try await stage.written(0.4)
            stage.redis.suspend()
            try await stage.hand.write([RESPCommand("PING")])
            stage.redis.resume()
            try await stage.written(0.9)
        },
    ]
}
