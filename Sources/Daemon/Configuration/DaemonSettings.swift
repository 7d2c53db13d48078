package import KeyspaceFollower
package import Logging
import RedisSettings
import SampleContract
package import Settings
package import SocketIOServer

/// The settings of `streamassembler serve` and `demo`, as flags, `STREAMASSEMBLER_…` variables and file keys.
package enum DaemonSettings {
    private static let defaults = DaemonConfiguration()

    package static let redis = Setting<String>.text(
        "redis", default: defaults.redisURL,
        allowed: RedisSettings.allowedURL,
        help: "the Redis to follow"
    ) { !$0.isEmpty }
    package static let prefix = Setting<String>.text(
        "prefix", default: defaults.prefix, allowed: KeyPrefix.rule, help: "what the followed keys begin with",
        where: KeyPrefix.isValid)
    package static let host = Setting<String>.text(
        "host", default: defaults.host, allowed: "an address or a name of this machine",
        help: "the address to listen on; anything but loopback needs --token-file"
    ) { !$0.isEmpty && $0.utf8.count <= 253 && !$0.contains(where: \.isWhitespace) }
    package static let port = Setting<Int>.integer(
        "port", default: defaults.port, in: 0...65535, help: "the TCP port to listen on; 0 takes a free one")
    package static let web = Setting<String?>.text("web", help: "the folder with the dashboard")
    package static let tokenFile = Setting<String?>.text(
        "token-file", help: "a file whose first line is the token that clients have to show")
    package static let allowedOrigin = Setting<[String]>.list(
        "allowed-origin", allowed: "scheme://host[:port]", help: "an origin besides our own whose pages may connect"
    ) { ($0.hasPrefix("http://") || $0.hasPrefix("https://")) && !$0.hasSuffix("/") }
    package static let trustedProxy = Setting<[String]>.list(
        "trusted-proxy", allowed: "an IPv4 or IPv6 address or a range ADDRESS/BITS of them, not all addresses",
        help: "a proxy whose X-Forwarded-For, -Proto and -Host are believed"
    ) { TrustedProxies([$0]) != nil }.map(default: TrustedProxies.none) { TrustedProxies($0) }
    package static let pingInterval = Setting<Duration>.duration(
        "ping-interval", default: defaults.pingInterval, in: .seconds(1)...(.seconds(300)),
        help: "how often browsers are asked for a sign of life; less than the idle time-outs of proxies")
    package static let windowSamples = Setting<Int>.integer(
        "window-samples", default: defaults.window.samples, in: 1...10_000_000, help: "samples kept in memory")
    package static let windowBytes = Setting<Int>.bytes(
        "window-bytes", default: defaults.window.bytes, in: (1 << 20)...(64 << 30), help: "bytes of samples kept")
    package static let windowAge = Setting<Duration>.duration(
        "window-age", default: defaults.window.age, in: .seconds(1)...(.seconds(7 * 86_400)),
        help: "the age at which samples leave the window")
    package static let windowPerKey = Setting<Int>.integer(
        "window-per-key", default: defaults.window.perKey, in: 1...100_000, help: "samples kept of one key")
    package static let maxSkew = Setting<Duration>.duration(
        "max-skew", default: defaults.maxSkew, in: .zero...(.seconds(86_400)),
        help: "how far in the future a sample may lie")
    package static let flush = Setting<Int>.integer(
        "flush-ms", default: 50, in: 0...1000, help: "the longest time for which changes gather, in ms")
    package static let follow = Setting<FollowPreference>.choice(
        "follow", default: defaults.follow, help: "how to learn of changes in Redis")
    package static let poll = Setting<Int>.integer(
        "poll-ms", default: 250, in: 10...60_000, help: "how often to read where notifications may not be used, in ms")
    package static let maxClients = Setting<Int>.integer(
        "max-clients", default: defaults.maxClients, in: 1...1_000_000, help: "connected browsers at most")
    package static let connectionsPerAddress = Setting<Int>.integer(
        "connections-per-address", default: defaults.connectionsPerAddress, in: 1...1_000_000,
        help: "connections from one address at most, loopback excepted; an IPv6 network of 64 bits is one address")
    package static let requireRedis = Setting<Bool>.toggle(
        "require-redis", help: "end with status 69 if Redis cannot be reached at the start")
    package static let logLevel = Setting<Logger.Level>.choice(
        "log-level", default: defaults.logLevel, help: "what is logged, at least")
    package static let logFormat = Setting<LogFormat>.choice(
        "log-format", default: defaults.logFormat, help: "how log lines are written")

    /// All of them.
    package static let all: [SettingDescription] =
        [
            .init(redis), .init(prefix), .init(host), .init(port), .init(web), .init(tokenFile), .init(allowedOrigin),
            .init(trustedProxy), .init(pingInterval),
            .init(windowSamples), .init(windowBytes), .init(windowAge), .init(windowPerKey), .init(maxSkew),
            .init(flush),
            .init(follow), .init(poll), .init(maxClients), .init(connectionsPerAddress),
            .init(requireRedis), .init(logLevel), .init(logFormat),
        ] + RedisSettings.all
}
