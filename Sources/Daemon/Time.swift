import FoundationEssentials

/// The machine's real-time clock: the one place where the daemon asks what time it is.
enum WallClock {
    /// Unix epoch in milliseconds.
    static func milliseconds() -> Int64 {
        Int64(Date().timeIntervalSince1970 * 1000)
    }
}

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

extension Duration {
    /// As a number.
    var seconds: Double { Double(components.seconds) + Double(components.attoseconds) * 1e-18 }
}
