package import RedisClient

/// Where a follower stands.
package enum FollowerStatus: Sendable, Equatable {
    case connecting
    case backingOff(RedisError, for: Duration)
    /// Connected; not every key was looked at yet.
    case catchingUp
    case live(mode: FollowerMode)
}
