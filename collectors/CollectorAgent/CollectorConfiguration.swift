package import RedisClient

/// Everything a collector has to know; a plain value with the defaults.
package struct CollectorConfiguration: Sendable {
    package var redis: RedisEndpoint
    /// What else there is to say about the connection.
    package var redisOptions = RedisOptions()
    package var host: String
    package var interval: Duration
    /// In the order in which they are sampled.
    package var probes: [ProbeName]
    package var top: TopOptions
    package var netstat: NetstatOptions
    /// The first part of every key.
    package var prefix: String
    package var push: PushPolicy
    /// End at the start, with status 69, where Redis cannot be reached.
    package var requiresRedis: Bool

    package init(
        redis: RedisEndpoint, host: String = HostName.current(), interval: Duration = .seconds(1),
        probes: [ProbeName] = ProbeName.allCases, top: TopOptions = TopOptions(),
        netstat: NetstatOptions = NetstatOptions(), prefix: String = "sa", push: PushPolicy = PushPolicy(),
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

    package var intervalMs: Int64 {
        interval.components.seconds * 1000 + interval.components.attoseconds / 1_000_000_000_000_000
    }

    package var redisConfiguration: RedisConfiguration {
        RedisConfiguration(endpoint: redis, options: redisOptions, clientName: "collector:\(host)")
    }

    /// The sorted set of a probe: the braces make one host's keys share a slot of a Redis Cluster.
    package func key(of probe: String) -> String {
        "\(prefix):{\(host)}:\(probe)"
    }
}
