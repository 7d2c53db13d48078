internal import NIOCore
package import RedisClient
package import StreamAssembly

/// What to follow and how often to look without being told.
package struct FollowerConfiguration: Sendable {
    package var redis: RedisConfiguration
    /// How to learn of changes.
    package var preference: FollowPreference
    /// The keys are those that begin with it and a colon; taken literally.
    package var prefix: String
    /// How many of the newest members of a key are followed, at least 1.
    package var perKey: Int
    /// How often each key is looked at where events are not to be had.
    package var pollInterval: Duration
    /// How often each key is looked at although no event told of it: some changes are silent.
    package var reconcileInterval: Duration
    /// How often new keys are searched for, and how often the server is asked whether it still tells of changes.
    package var scanInterval: Duration
    /// The longest time for which events are gathered before they are followed up.
    package var maxTick: Duration
    /// The highest score that is taken at this moment; what lies above is taken when its time has come.
    package var latestScore: @Sendable () -> Double = { .infinity }
    /// Whether a row of a key is a sample; others take no place among the newest.
    package var isSample: @Sendable (_ row: Row, _ key: String) -> Bool = { _, _ in true }
    /// Nothing is to be changed at the server: it is only looked whether it could be.
    package var isTrial = false

    package init(
        redis: RedisConfiguration, preference: FollowPreference = .notifications, prefix: String = "sa",
        perKey: Int = 600,
        pollInterval: Duration = .milliseconds(250), reconcileInterval: Duration = .seconds(5),
        scanInterval: Duration = .seconds(10), maxTick: Duration = .milliseconds(50)
    ) {
        self.redis = redis
        self.preference = preference
        self.prefix = prefix
        self.perKey = perKey
        self.pollInterval = pollInterval
        self.reconcileInterval = reconcileInterval
        self.scanInterval = scanInterval
        self.maxTick = maxTick
    }
}

extension FollowerTiming {
    init(_ configuration: FollowerConfiguration) {
        self.init(
            reconcile: Self.interval(configuration.reconcileInterval),
            scan: Self.interval(configuration.scanInterval),
            check: Self.interval(min(configuration.scanInterval, configuration.reconcileInterval)),
            poll: Self.interval(configuration.pollInterval),
            content: Self.interval(configuration.reconcileInterval),
            maxTick: TimeAmount(min(max(configuration.maxTick, .zero), .seconds(10))))
    }

    /// For a follower that is told of every write: nothing is read by the clock.
    static func replication(_ configuration: FollowerConfiguration) -> FollowerTiming {
        var timing = FollowerTiming(configuration)
        (timing.check, timing.reconcile, timing.scan) = (timing.reconcile, .hours(24 * 365), .hours(24 * 365))
        timing.budget = nil
        return timing
    }

    /// Neither so short that nothing else is done, nor beyond what the clock can hold.
    private static func interval(_ duration: Duration) -> TimeAmount {
        TimeAmount(min(max(duration, .milliseconds(1)), .seconds(86400)))
    }
}
