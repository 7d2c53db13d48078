package import Probes
package import RedisClient
import SampleContract
import Settings

/// Everything that a collector needs to run, as a plain value with defaults.
package struct CollectorConfiguration: Sendable {
    package var redis: RedisEndpoint
    /// Further servers that get every sample as well.
    package var mirrors: [RedisEndpoint] = []
    /// The other options of the connections.
    package var redisOptions = RedisOptions()
    package var host: String
    package var interval: Duration
    /// The intervals of probes that have their own.
    package var intervals: [String: Duration] = [:]
    /// In the order in which they are sampled.
    package var probes: [ProbeName]
    /// Programs of the host's owner that serve as probes.
    package var commands: [ExecCommand] = []
    package var top: TopOptions
    package var netstat: NetstatOptions
    /// The first part of every key.
    package var prefix: String
    package var push: PushPolicy
    /// The folder in which samples wait while Redis is away. With nil they wait in memory.
    package var spool: String?
    /// Whether to end with status 69 if Redis cannot be reached at the start.
    package var requiresRedis: Bool

    package init(
        redis: RedisEndpoint = RedisEndpoint(address: .tcp(host: "127.0.0.1", port: 6379)),
        host: String = HostName.current(), interval: Duration = .seconds(1),
        probes: [ProbeName] = ProbeName.defaults, top: TopOptions = TopOptions(),
        netstat: NetstatOptions = NetstatOptions(), prefix: String = KeyPrefix.standard,
        push: PushPolicy = PushPolicy(),
        requiresRedis: Bool = false
    ) {
        self.redis = redis
        self.host = host
        self.interval = interval
        self.probes = probes
        self.top = top
        self.netstat = netstat
        self.prefix = prefix
        self.push = push
        self.requiresRedis = requiresRedis
    }

    /// Every server that gets the samples.
    package var targets: [RedisEndpoint] {
        get { [redis] + mirrors }
        set {
            guard let first = newValue.first else { return }
            redis = first
            mirrors = Array(newValue.dropFirst())
        }
    }

    package func intervalMs(of probe: String) -> Int64 {
        (intervals[probe] ?? interval).milliseconds
    }

    package func redisConfiguration(_ endpoint: RedisEndpoint) -> RedisConfiguration {
        RedisConfiguration(endpoint: endpoint, options: redisOptions, clientName: "collector:\(host)")
    }

    /// The sorted set of a probe. The braces put all keys of a host into the same slot of a Redis Cluster.
    package func key(of probe: String) -> String {
        SampleOrigin.key(prefix: prefix, host: host, probe: probe)
    }

    /// Opens the spool of one server; nil if samples wait in memory.
    func spoolOpener(_ endpoint: RedisEndpoint) -> (@Sendable () throws(SpoolError) -> Spool)? {
        guard let spool else { return nil }
        let folder = SpoolFolder.path(in: spool, for: endpoint)
        return { () throws(SpoolError) in try Spool(folder: folder, within: spool) }
    }
}
