package import KeyspaceFollower
package import Logging
package import RedisClient
package import SocketIOServer

/// Everything that a daemon needs to run, as a plain value. `DaemonConfiguration+Reader.swift` reads it.
package struct DaemonConfiguration: Sendable, Equatable {
    /// The Redis to follow; see `RedisEndpoint` for what it may be.
    package var redisURL = "redis://127.0.0.1:6379/0"
    /// The configuration file that ``redisURL`` stands in, where that holds a password.
    package var passwordFileOfURL: String?
    /// The other options of the connection.
    package var redisOptions = RedisOptions()
    /// The beginning of the keys to follow, before the first colon.
    package var prefix = "sa"
    /// The address to listen on. Anything but loopback needs a token.
    package var host = "127.0.0.1"
    /// The TCP port to listen on. With 0 the system chooses a free one.
    package var port = 8080
    /// The folder with the dashboard; `nil` looks beside the executable.
    package var webRoot: String?
    /// The file that ``token`` is read from.
    package var tokenFile: String?
    /// The shared token that clients have to send; `nil` means none.
    package var token: String?
    /// The files of TLS; ``tlsCertificate`` and ``tlsKey`` go together.
    package var tlsCertificate: String?
    package var tlsKey: String?
    package var tlsClientAuthority: String?
    /// How long browsers are told to use nothing but https for our host name; zero does not tell them.
    package var hsts: Duration = .seconds(180 * 86_400)
    /// Whether plain HTTP may be spoken beyond loopback.
    package var insecureHTTP = false
    /// Origins besides the daemon's own whose pages may connect.
    package var allowedOrigins: [String] = []
    /// The proxies whose `X-Forwarded-…` headers are believed.
    package var trustedProxies = TrustedProxies.none
    /// How often a client gets a ping. Proxies cut connections on which nothing is sent.
    package var pingInterval: Duration = .seconds(25)
    /// The clients whose messages are compressed, if they offer it.
    package var compression = MessageCompression.Clients.remote
    package var window = Window()
    /// How far ahead of the daemon's clock a sample may be.
    package var maxSkew: Duration = .seconds(300)
    /// The longest time for which changes gather while earlier ones are being sent.
    package var flush: Duration = .milliseconds(50)
    /// By notifications, by the replication stream, or by the best way that Redis allows.
    package var follow = FollowPreference.notifications
    /// How often keys are read if notifications cannot be used.
    package var poll: Duration = .milliseconds(250)
    /// The most connected browsers.
    package var maxClients = 10_000
    /// The most open connections from one address, and the most sessions.
    package var connectionsPerAddress = 256
    /// How long clients are sent away for, after SIGTERM; zero ends at once.
    package var drain: Duration = .zero
    /// End with status 69 if Redis cannot be reached at the start.
    package var requireRedis = false
    /// The address of a port of its own for `/metrics`; nil shows them at the main one.
    package var metricsListen: String?
    package var logLevel: Logger.Level = .info
    package var logFormat: LogFormat = .text

    /// The limits of the window.
    package struct Window: Sendable, Equatable {
        package var samples = 1_500_000
        package var bytes = 896 << 20
        package var age: Duration = .seconds(600)
        package var perKey = 600

        package init() {}
    }

    package init() {}

    /// ``metricsListen``, which was checked when it was read.
    var metricsAddress: ListenAddress? { metricsListen.flatMap { ListenAddress($0) } }

    /// Whether `host` can only be reached from this machine.
    package static func isLoopback(_ host: String) -> Bool {
        if host == "localhost" || host == "::1" { return true }
        let parts = host.split(separator: ".", omittingEmptySubsequences: false)
        return parts.count == 4 && parts[0] == "127" && parts.allSatisfy { UInt8($0) != nil }
    }
}

/// A file with a secret, and the setting that names it.
package struct SecretFileName: Sendable, Equatable {
    package let setting: String
    package let path: String

    package init(_ setting: String, _ path: String) { (self.setting, self.path) = (setting, path) }
}

/// How log lines are written.
package enum LogFormat: String, Sendable, CaseIterable {
    /// `2026-01-31T12:00:00.000Z info follower: message key=value`
    case text
    /// One JSON object per line.
    case json
}
