/// How a follower is to learn of changes.
package enum FollowPreference: String, Sendable, CaseIterable {
    /// Keyspace notifications and reads; polling where Redis may not be asked to notify.
    case notifications
    /// The replication stream, or not at all.
    case replication
    /// The replication stream where Redis gives it, else as ``notifications``.
    case auto
}
