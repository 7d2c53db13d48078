package import RedisClient

/// Where a follower stands.
package enum FollowerStatus: Sendable, Equatable {
    case connecting
    case backingOff(RedisError, for: Duration)
    /// Connected, but some keys were not looked at yet.
    case catchingUp
    case live(mode: FollowerMode)
}

/// How a follower learns that something changed.
package enum FollowerMode: Sendable, Equatable {
    case notifications
    /// By the replication stream, which has every write.
    case replication
    /// By looking at each key on a timer; `remedy` says what an operator has to do to get notifications.
    case polling(remedy: String)
}

/// What a follower has done since it was made.
package struct FollowerStatistics: Sendable, Equatable {
    /// Commands sent on the command connection.
    package var commands: UInt64 = 0
    /// Pipelines of commands that were sent and answered.
    package var roundTrips: UInt64 = 0
    package var rowsRead: UInt64 = 0
    /// Rows emitted as new.
    package var rowsAdded: UInt64 = 0
    /// Keyspace events received.
    package var events: UInt64 = 0
    /// How often a key was met whose name is too long to be followed.
    package var longNames: UInt64 = 0
    /// Rounds of reads that events asked for.
    package var rounds: UInt64 = 0
    /// Times the whole window of a key was read.
    package var fullReads: UInt64 = 0
    /// Keys followed now.
    package var keys: Int = 0
}
