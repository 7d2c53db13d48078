/// What happens when more waits for a slow client than its outbox may hold.
public enum OverflowPolicy: Sendable, Equatable {
    /// The client is let go.
    case disconnect
    /// The oldest waiting events make room.
    case dropOldest
    /// All waiting events of the namespace are dropped and further ones refused; once the client has caught up,
    /// ``Socket/onDrained(_:)`` is called so that a fresh state can be sent.
    case resync
}
