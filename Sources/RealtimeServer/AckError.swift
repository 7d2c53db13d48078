/// Why an awaited answer did not come.
public enum AckError: Error, Sendable, Equatable {
    case timedOut
    case disconnected
}
