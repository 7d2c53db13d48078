import Logging
import Probes
import RedisClient

/// What a collector logs: fixed messages, details as metadata, never the content of a sample.
extension Logger {
    func collecting(_ configuration: CollectorConfiguration) {
        info(
            "collecting",
            metadata: [
                "host": "\(configuration.host)", "redis": "\(configuration.redis)",
                "interval-ms": "\(configuration.intervalMs)",
                "probes": "\(configuration.probes.map(\.rawValue).joined(separator: ","))",
            ])
    }

    func pushing(waiting: Int) {
        info("Redis takes samples", metadata: ["waiting": "\(waiting)"])
    }

    func redisAway(_ reason: RedisError, waiting: Int) {
        warning("Redis is away, samples wait in memory", metadata: ["reason": "\(reason)", "waiting": "\(waiting)"])
    }

    func dropped(_ total: UInt64) {
        warning("the oldest samples were dropped, Redis was away too long", metadata: ["dropped": "\(total)"])
    }

    func refused(key: String, _ reason: String) {
        error("Redis refused a sample for good", metadata: ["key": "\(key)", "reason": "\(reason)"])
    }

    func stopped(_ queue: PushQueue) {
        info(
            "collector ended",
            metadata: [
                "stored": "\(queue.stored)", "dropped": "\(queue.dropped)", "refused": "\(queue.refused)",
                "unsent": "\(queue.count)",
            ])
    }
}
