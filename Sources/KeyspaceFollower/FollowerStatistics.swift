/// What a follower has done since it was made.
package struct FollowerStatistics: Sendable, Equatable {
    /// Commands sent on the command connection.
    package var commands: UInt64 = 0
    package var rowsRead: UInt64 = 0
    /// Rows emitted as new.
    package var rowsAdded: UInt64 = 0
    /// Keyspace events received.
    package var events: UInt64 = 0
    /// Rounds of reading what events told of.
    package var rounds: UInt64 = 0
    /// Times the whole window of a key was read.
    package var fullReads: UInt64 = 0
    /// Keys followed now.
    package var keys: Int = 0
}
