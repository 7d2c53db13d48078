import SocketIO

/// Clients that come back soon get their id, rooms, data and the events they missed (Socket.IO 4.6).
///
/// What is kept is bounded three ways; a client that was away for longer, or missed more, starts anew. Broadcasts and
/// events to one socket are kept, but not volatile ones and not those that expect an answer.
public struct ConnectionStateRecovery: Sendable, Equatable {
    /// How long a client may be away.
    public var maxDisconnectionDuration: Duration
    /// Events kept for one namespace.
    public var maxPackets: Int
    /// Bytes of these events.
    public var maxBytes: Int
    /// Clients that are away and may come back.
    public var maxSessions: Int
    /// Whether a client that comes back is let in without asking the middleware again.
    public var skipMiddlewares: Bool

    /// The defaults keep two minutes, a thousand events and 4 MiB for each namespace.
    public init(
        maxDisconnectionDuration: Duration = .seconds(120), maxPackets: Int = 1_000, maxBytes: Int = 4 << 20,
        maxSessions: Int = 10_000, skipMiddlewares: Bool = true
    ) {
        self.maxDisconnectionDuration = maxDisconnectionDuration
        self.maxPackets = maxPackets
        self.maxBytes = maxBytes
        self.maxSessions = maxSessions
        self.skipMiddlewares = skipMiddlewares
    }

    var limits: RecoveryLimits {
        RecoveryLimits(
            duration: maxDisconnectionDuration, packets: maxPackets, bytes: maxBytes, sessions: maxSessions)
    }
}
