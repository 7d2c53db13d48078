package import RedisClient
package import StreamAssembly

/// What to follow, and how often to look without an event.
package struct FollowerConfiguration: Sendable {
    package var redis: RedisConfiguration
    /// How to learn of changes.
    package var preference: FollowPreference
    /// Keys are followed that begin with it and a colon; taken literally.
    package var prefix: String
    /// How many of the newest members of a key are followed, at least 1.
    package var perKey: Int
    /// How often each key is looked at where no events come.
    package var pollInterval: Duration
    /// How often each key is looked at without an event: some changes have none.
    package var reconcileInterval: Duration
    /// How often new keys are searched for, and how often the server is asked whether it still sends events.
    package var scanInterval: Duration
    /// The longest time for which events of a busy key are gathered before it is read again.
    package var maxTick: Duration
    /// The highest score that is taken at this moment; what lies above is taken when its time has come.
    package var latestScore: @Sendable () -> Double = { .infinity }
    /// Whether a row of a key is a sample; others take no place among the newest.
    package var isSample: @Sendable (_ row: Row, _ key: String) -> Bool = { _, _ in true }
    /// Nothing is changed at the server; the follower only finds out whether it could.
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

/// How a follower is to learn of changes.
package enum FollowPreference: String, Sendable, CaseIterable {
    /// Keyspace notifications and reads; polling where Redis may not be asked to notify.
    case notifications
    /// The replication stream, or not at all.
    case replication
    /// The replication stream where Redis gives it, else as ``notifications``.
    case auto
}
