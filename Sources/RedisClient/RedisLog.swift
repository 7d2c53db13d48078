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

    func redisBackingOff(_ endpoint: RedisEndpoint, _ reason: RedisError, _ wait: Duration) {
        warning(
            "redis is away, trying again",
            metadata: [
                "endpoint": "\(endpoint)", "reason": "\(reason)", "code": "\(reason.code)", "wait": "\(wait)",
            ])
    }
}
