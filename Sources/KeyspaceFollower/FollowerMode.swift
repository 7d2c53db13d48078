/// How a follower learns that something changed.
package enum FollowerMode: Sendable, Equatable {
    case notifications
    /// By looking at each key on a timer; `remedy` says what an operator has to do to get notifications.
    case polling(remedy: String)
}
