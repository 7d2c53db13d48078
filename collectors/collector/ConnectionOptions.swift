import ArgumentParser
import RedisSettings
import Settings

/// How to connect to Redis, besides its URL.
struct ConnectionOptions: ParsableArguments {
    @Option(help: Self.help(RedisSettings.user)) var redisUser: String?
    @Option(help: Self.help(RedisSettings.passwordFile), completion: .file()) var redisPasswordFile: String?
    @Option(help: Self.help(RedisSettings.authority), completion: .file()) var redisCa: String?
    @Option(help: Self.help(RedisSettings.certificate), completion: .file()) var redisCert: String?
    @Option(help: Self.help(RedisSettings.key), completion: .file()) var redisKey: String?
    @Option(help: Self.help(RedisSettings.serverName)) var redisServerName: String?
    @Option(help: Self.help(RedisSettings.timeout)) var redisTimeout: String?
    @Option(help: Self.help(RedisSettings.keepAlive)) var redisKeepalive: String?
    @Option(help: Self.help(RedisSettings.sentinelUser)) var sentinelUser: String?
    @Option(help: Self.help(RedisSettings.sentinelPasswordFile), completion: .file())
    var sentinelPasswordFile: String?

    /// By setting name; those not given are missing.
    var flags: [String: [String]] {
        [
            RedisSettings.user.name: redisUser, RedisSettings.passwordFile.name: redisPasswordFile,
            RedisSettings.authority.name: redisCa, RedisSettings.certificate.name: redisCert,
            RedisSettings.key.name: redisKey, RedisSettings.serverName.name: redisServerName,
            RedisSettings.timeout.name: redisTimeout, RedisSettings.keepAlive.name: redisKeepalive,
            RedisSettings.sentinelUser.name: sentinelUser,
            RedisSettings.sentinelPasswordFile.name: sentinelPasswordFile,
        ].compactMapValues { $0.map { [$0] } }
    }

    private static func help<Value>(_ setting: Setting<Value>) -> ArgumentHelp {
        ArgumentHelp(stringLiteral: "\(setting.help) (\(setting.allowed))")
    }
}
