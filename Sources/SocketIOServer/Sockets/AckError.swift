/// Why an awaited answer did not come.
public enum AckError: Error, Sendable, Equatable {
    /// The client did not answer in time.
    case timedOut
    /// The client has left, or was not there.
    case disconnected
    /// The event was not sent: as many as `ServerLimits.pendingAcks` says wait for this client's answer already.
    case tooMany(limit: Int)
    /// The task that waited was cancelled.
    case cancelled
    /// The event was not sent: its name is reserved, or an argument has no JSON form.
    case notEncodable(ArgumentError)
    /// The client answered with something else than what was asked for.
    case unexpectedAnswer(ArgumentError)
}
