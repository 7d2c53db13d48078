/// How a follower learns that something changed.
package enum FollowerMode: Sendable, Equatable {
    case notifications
    /// By the replication stream, which tells every write exactly.
    case replication
    /// By looking at each key on a timer; `remedy` says what an operator has to do to get notifications.
    case polling(remedy: String)
}
