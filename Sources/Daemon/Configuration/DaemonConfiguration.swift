package import KeyspaceFollower
package import Logging
package import RedisClient
package import SocketIOServer

/// Everything a daemon has to know to run; a plain value, read by `DaemonConfiguration+Reader.swift`.
package struct DaemonConfiguration: Sendable, Equatable {
    /// The Redis to follow; see `RedisEndpoint` for what it may be.
    package var redisURL = "redis://127.0.0.1:6379/0"
    /// What else there is to say about the connection.
    package var redisOptions = RedisOptions()
    /// What the keys to follow begin with, before the first colon.
    package var prefix = "sa"
    /// The address to listen on. Anything but loopback needs a token.
    package var host = "127.0.0.1"
    /// The TCP port to listen on; 0 takes a free one.
    package var port = 8080
    /// The folder with the dashboard; `nil` looks beside the executable.
    package var webRoot: String?
    /// The file that ``token`` is read from.
    package var tokenFile: String?
    /// The shared token that clients have to show; `nil` asks for none.
    package var token: String?
    /// Origins besides the daemon's own whose pages may connect.
    package var allowedOrigins: [String] = []
    /// The proxies whose `X-Forwarded-…` headers are believed.
    package var trustedProxies = TrustedProxies.none
    /// How often a client is asked for a sign of life; proxies cut connections on which nothing passes.
    package var pingInterval: Duration = .seconds(25)
    package var window = Window()
    /// How far ahead of the daemon's clock a sample may lie.
    package var maxSkew: Duration = .seconds(300)
    /// The longest time for which changes gather while earlier ones are on their way.
    package var flush: Duration = .milliseconds(50)
    /// By notifications, by the replication stream, or by the better of both that Redis gives.
    package var follow = FollowPreference.notifications
    /// How often keys are read where notifications may not be used.
    package var poll: Duration = .milliseconds(250)
    /// Connected browsers at most.
    package var maxClients = 10_000
    /// Open connections from one address at most, and as many sessions.
    package var connectionsPerAddress = 256
    /// End with status 69 if Redis cannot be reached at the start.
    package var requireRedis = false
    package var logLevel: Logger.Level = .info
    package var logFormat: LogFormat = .text

    /// The bounds of the window.
    package struct Window: Sendable, Equatable {
        package var samples = 20_000
        package var bytes = 64 << 20
        package var age: Duration = .seconds(600)
        package var perKey = 600

        package init() {}
    }

    package init() {}

    /// Whether `host` can be reached from this machine only.
    package static func isLoopback(_ host: String) -> Bool {
        if host == "localhost" || host == "::1" { return true }
        let parts = host.split(separator: ".", omittingEmptySubsequences: false)
        return parts.count == 4 && parts[0] == "127" && parts.allSatisfy { UInt8($0) != nil }
    }
}

/// How log lines are written.
package enum LogFormat: String, Sendable, CaseIterable {
    /// `2026-01-31T12:00:00.000Z info follower: message key=value`
    case text
    /// One JSON object per line.
    case json
}
