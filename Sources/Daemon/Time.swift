import FoundationEssentials

/// The machine's real-time clock. The daemon asks for the time only here.
enum WallClock {
    /// Unix epoch in milliseconds.
    static func milliseconds() -> Int64 {
        Int64(Date().timeIntervalSince1970 * 1000)
    }

    /// Unix epoch in seconds.
    static func seconds() -> Int64 { milliseconds() / 1000 }
}

/// Lets one line a minute through, and counts the lines in between.
struct LogThrottle: Sendable {
    typealias Instant = ContinuousClock.Instant

    private static let interval = Duration.seconds(60)

    private var loggedAt: Instant?
    private var silent = 0

    /// How many were not logged since the last line; nil if this one should not be logged either.
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
    /// The time span in seconds.
    var seconds: Double { Double(components.seconds) + Double(components.attoseconds) * 1e-18 }
}
