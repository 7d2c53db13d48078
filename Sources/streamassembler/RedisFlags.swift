import ArgumentParser
import Daemon
import RedisSettings
import Settings

/// The options of the connection to Redis, for every subcommand that follows one that is not its own.
struct RedisFlags: ParsableArguments {
    @Option(help: DaemonOptions.help(DaemonSettings.redis)) var redis: String?
    @Option(help: DaemonOptions.help(RedisSettings.user)) var redisUser: String?
    @Option(help: DaemonOptions.help(RedisSettings.passwordFile), completion: .file()) var redisPasswordFile: String?
    @Option(help: DaemonOptions.help(RedisSettings.authority), completion: .file()) var redisCa: String?
    @Option(help: DaemonOptions.help(RedisSettings.certificate), completion: .file()) var redisCert: String?
    @Option(help: DaemonOptions.help(RedisSettings.key), completion: .file()) var redisKey: String?
    @Option(help: DaemonOptions.help(RedisSettings.serverName)) var redisServerName: String?
    @Option(help: DaemonOptions.help(RedisSettings.timeout)) var redisTimeout: String?
    @Option(help: DaemonOptions.help(RedisSettings.keepAlive)) var redisKeepalive: String?
    @Option(help: DaemonOptions.help(RedisSettings.sentinelUser)) var sentinelUser: String?
    @Option(help: DaemonOptions.help(RedisSettings.sentinelPasswordFile), completion: .file())
    var sentinelPasswordFile: String?

    /// By setting name; those not given are missing.
    var flags: [String: [String]] {
        [
            DaemonSettings.redis.name: redis, RedisSettings.user.name: redisUser,
            RedisSettings.passwordFile.name: redisPasswordFile, RedisSettings.authority.name: redisCa,
            RedisSettings.certificate.name: redisCert, RedisSettings.key.name: redisKey,
            RedisSettings.serverName.name: redisServerName, RedisSettings.timeout.name: redisTimeout,
            RedisSettings.keepAlive.name: redisKeepalive, RedisSettings.sentinelUser.name: sentinelUser,
            RedisSettings.sentinelPasswordFile.name: sentinelPasswordFile,
        ].compactMapValues { $0.map { [$0] } }
    }
}
