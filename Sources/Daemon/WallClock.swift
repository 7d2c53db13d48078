import FoundationEssentials

/// The machine's real-time clock: the one place where the daemon asks what time it is.
enum WallClock {
    /// Unix epoch in milliseconds.
    static func milliseconds() -> Int64 {
        Int64(Date().timeIntervalSince1970 * 1000)
    }
}
