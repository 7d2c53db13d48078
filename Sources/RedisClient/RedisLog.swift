internal import Logging

/// Every event this module logs. Metadata never holds a password or the content of a command.
extension Logger {
    func redisConnectionEnded(_ reason: RedisError, waiting: Int) {
        debug(
            "redis connection ended",
            metadata: ["reason": "\(reason)", "code": "\(reason.code)", "waiting": "\(waiting)"])
    }

    func redisConnected(_ endpoint: RedisEndpoint) {
        debug("redis connected", metadata: ["endpoint": "\(endpoint)"])
    }

    /// - Parameter isNew: whether this reason was not logged yet; it is logged as `debug` from then on.
    func redisBackingOff(_ endpoint: RedisEndpoint, _ reason: RedisError, _ wait: Duration, isNew: Bool) {
        log(
            level: isNew ? .warning : .debug, "redis is away, trying again",
            metadata: [
                "endpoint": "\(endpoint)", "reason": "\(reason)", "code": "\(reason.code)", "wait": "\(wait)",
            ])
    }

    func redisMasterChanged(_ name: String, to host: RedisHost) {
        notice("the sentinels named another master", metadata: ["master": "\(name)", "is": "\(host)"])
    }

    func sentinelNotHeard(_ host: RedisHost, _ reason: RedisError) {
        debug("a sentinel cannot be listened to", metadata: ["sentinel": "\(host)", "reason": "\(reason)"])
    }
}
