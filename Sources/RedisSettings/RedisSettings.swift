internal import RedisClient
package import Settings

/// The settings of a connection to Redis, the same for every program that makes one.
package enum RedisSettings {
    /// What a URL may be.
    package static let allowedURL =
        "redis://[USER:PASSWORD@]HOST[:PORT][/DB], unix://[USER:PASSWORD@]/PATH[?db=DB] or "
        + "redis+sentinel://[USER:PASSWORD@]HOST[:PORT][,HOST…]/MASTER[/DB]; rediss in place of redis for TLS"

    private static let defaults = RedisOptions()

    package static let user = Setting<String?>.text(
        "redis-user", help: "the user to enter Redis as, in place of the URL's", where: isWord)
    package static let passwordFile = Setting<String?>.text(
        "redis-password-file",
        help: "a file whose first line is the password, in place of the URL's; read again at each reconnect")
    package static let authority = Setting<String?>.text(
        "redis-ca", help: "a PEM file with the authorities to trust with rediss://, in place of the system's")
    package static let certificate = Setting<String?>.text(
        "redis-cert", help: "a PEM file with our certificate, for a server that wants one; with --redis-key")
    package static let key = Setting<String?>.text("redis-key", help: "a PEM file with the key of --redis-cert")
    package static let serverName = Setting<String?>.text(
        "redis-server-name", allowed: "a host name",
        help: "the name that the server's certificate has to bear, where it is not the URL's host"
    ) { isWord($0) && $0.utf8.count <= 253 }
    package static let timeout = Setting<Duration>.duration(
        "redis-timeout", default: defaults.timeout, in: .milliseconds(100) ... .seconds(300),
        help: "how long connecting, and how long an answer, may take")
    package static let keepAlive = Setting<Duration>.duration(
        "redis-keepalive", default: defaults.keepAlive, in: .milliseconds(100) ... .seconds(300),
        help: "the silence after which Redis is asked for a sign of life, and how long that may take")
    package static let sentinelUser = Setting<String?>.text(
        "sentinel-user", help: "the user to enter the sentinels as", where: isWord)
    package static let sentinelPasswordFile = Setting<String?>.text(
        "sentinel-password-file", help: "a file whose first line is the sentinels' password")

    /// All but the URL.
    package static let all: [SettingDescription] = [
        .init(user), .init(passwordFile), .init(authority), .init(certificate), .init(key), .init(serverName),
        .init(timeout), .init(keepAlive), .init(sentinelUser), .init(sentinelPasswordFile),
    ]

    private static func isWord(_ text: String) -> Bool {
        !text.isEmpty && text.utf8.allSatisfy { $0 > 0x20 && $0 != 0x7F }
    }
}
