/// Lets one line a minute through, and counts those in between.
struct LogThrottle: Sendable {
    typealias Instant = ContinuousClock.Instant

    private static let interval = Duration.seconds(60)

    private var loggedAt: Instant?
    private var silent = 0

    /// How many were not logged since the last line; nil where this one is not to be logged either.
    mutating func occurred(now: Instant) -> Int? {
        if let loggedAt, now < loggedAt + Self.interval {
            silent += 1
            return nil
        }
        defer { (loggedAt, silent) = (now, 0) }
        return silent
    }
}
