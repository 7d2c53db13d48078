import RedisSettings
import SampleContract
package import Settings
import SocketIOServer

/// The settings of the daemon: flags of `streamassembler`, `STREAMASSEMBLER_…` variables and file keys. The defaults are
/// those of ``DaemonConfiguration``.
///
/// The list that a setting is in decides which commands have its flag. Every command reads all settings from variables
/// and from the file.
///
/// | command | ``redis`` | ``following`` | ``serving`` | ``starting`` |
/// | --- | --- | --- | --- | --- |
/// | `serve` | yes | yes | yes | yes |
/// | `check` | yes | yes | yes | no |
/// | `tail` | yes | yes | no | yes |
/// | `demo` | no: it has a Redis of its own | yes | yes | no |
package enum DaemonSettings {
    /// Where Redis is, and how to log in to it. For `serve`, `check` and `tail`.
    package static let redis =
        SettingList<DaemonConfiguration>.of { Setting("redis", \.redisURL, RedisSettings.url, "the Redis to follow") }
        + RedisSettings.options.map { $0.within(\.redisOptions) }

    /// How to follow Redis, and what to log. For all commands.
    package static let following = SettingList<DaemonConfiguration>.of {
        Setting(
            "prefix", \.prefix, .text(allowed: KeyPrefix.rule, where: KeyPrefix.isValid),
            "what the followed keys begin with")
        Setting(
            "follow", \.follow, .choice,
            "how to learn of changes: replication is the replication stream (every write exactly, no reads; needs "
                + "+psync), auto is the stream where Redis gives it")
        Setting(
            "poll-ms", \.poll, .milliseconds(in: 10...60_000),
            "how often to read where notifications may not be used, in ms")
        Setting("log-level", \.logLevel, .choice, "what is logged, at least; on standard error")
        Setting("log-format", \.logFormat, .choice, "how log lines are written")
    }

    /// What the window keeps, and who may connect. For `serve`, `check` and `demo`.
    package static let serving = SettingList<DaemonConfiguration>.of {
        Setting(
            "host", \.host,
            .text(allowed: "an address or a name of this machine", form: SettingForm("address"), where: isHost),
            "the address to listen on; anything but loopback needs --token-file, and TLS or --insecure-http")
        Setting("port", \.port, .integer(in: 0...65535), "the TCP port to listen on; 0 takes a free one")
        Setting(
            "web", \.webRoot, .folder(), otherwise: "beside the program", "the folder with the dashboard")
        Setting(
            "token-file", \.tokenFile, .file,
            "a file whose first line is the token that clients have to show")
        Setting(
            "tls-cert", \.tlsCertificate, .file,
            "a PEM file with our certificate, and those between it and its authority: the port then speaks TLS 1.2 and "
                + "1.3; read again when it changes, as the next two")
        Setting("tls-key", \.tlsKey, .file, "a PEM file with the key of --tls-cert, for us alone to read")
        Setting(
            "tls-client-ca", \.tlsClientAuthority, .file,
            "a PEM file with authorities: clients may show a certificate by one of them, and no other")
        Setting(
            "hsts", \.hsts, .duration(in: .zero ... .seconds(8760 * 3600)),
            "how long browsers use nothing but https for this host name, on all its ports, once they came by TLS; 0ms "
                + "does not tell them")
        Setting(
            "insecure-http", \.insecureHTTP, .toggle,
            "speak plain http beyond loopback, for use behind a proxy that encrypts")
        Setting(
            "allowed-origin", \.allowedOrigins,
            .list(allowed: "scheme://host[:port]", form: SettingForm("origin"), where: isOrigin),
            "an origin besides our own whose pages may connect, and without a token also a host name by which the "
                + "daemon may be called")
        Setting(
            "trusted-proxy", \.trustedProxies, proxies,
            "a proxy whose X-Forwarded-For, -Proto and -Host are believed")
        Setting(
            "ping-interval", \.pingInterval, .duration(in: .seconds(1) ... .seconds(300)),
            "how often browsers are asked for a sign of life; less than the idle time-outs of proxies")
        Setting(
            "compression", \.compression, .choice,
            "the browsers whose WebSocket messages are compressed: remote is all but those on this machine")
        Setting("window-samples", \.window.samples, .integer(in: 1...10_000_000), "samples kept in memory")
        Setting(
            "window-bytes", \.window.bytes, .bytes(in: 1 << 20...64 << 30),
            "memory for samples, most of them compressed")
        Setting(
            "window-age", \.window.age, .duration(in: .seconds(1) ... .seconds(7 * 86_400)),
            "the age at which samples leave the window")
        Setting("window-per-key", \.window.perKey, .integer(in: 1...100_000), "samples kept of one key")
        Setting(
            "max-skew", \.maxSkew, .duration(in: .zero ... .seconds(86_400)), "how far in the future a sample may lie")
        Setting(
            "flush-ms", \.flush, .milliseconds(in: 0...1000),
            "the longest time for which changes gather while earlier ones are sent, in ms")
        Setting(
            "max-clients", \.maxClients, .integer(in: 1...1_000_000),
            "connected browsers at most; fewer where fewer files may be open, which the log says")
        Setting(
            "metrics-listen", \.metricsListen,
            .text(allowed: ListenAddress.rule, form: SettingForm("address:port")) { ListenAddress($0) != nil },
            otherwise: "none: /metrics is at --port",
            "a port of its own for /metrics, which is then nowhere else; beyond loopback it needs what --host needs")
        Setting(
            "connections-per-address", \.connectionsPerAddress, .integer(in: 1...1_000_000),
            "connections, and sessions, from one address at most; loopback and trusted proxies excepted; an IPv6 "
                + "network of 64 bits is one address")
        Setting(
            "drain", \.drain, .duration(in: .zero ... .seconds(600)),
            "how long SIGTERM lets the browsers leave, a few at a time; a second SIGTERM, or Ctrl-C, ends at once")
    }

    /// What happens if Redis is missing at the start. For `serve` and `tail`.
    package static let starting = SettingList<DaemonConfiguration>.of {
        Setting(
            "require-redis", \.requireRedis, .toggle, "end with status 69 if Redis cannot be reached at the start")
    }

    package static let all = redis + following + serving + starting

    /// For the README.
    package static var table: String { SettingTable.markdown(all, defaults: DaemonConfiguration()) }

    /// Trusted proxies do not keep the text that they were read from. Only the default is ever written, and it is empty.
    private static let proxies = SettingKind<[String]>.list(
        allowed: "an IPv4 or IPv6 address or a range ADDRESS/BITS of them, not all addresses",
        form: SettingForm("address")
    ) {
        TrustedProxies([$0]) != nil
    }.map({ TrustedProxies($0) }, back: { _ in [] })

    private static func isHost(_ text: String) -> Bool {
        !text.isEmpty && text.utf8.count <= 253 && !text.contains(where: \.isWhitespace)
    }

    private static func isOrigin(_ text: String) -> Bool {
        (text.hasPrefix("http://") || text.hasPrefix("https://")) && !text.hasSuffix("/")
    }
}
