/// Notices when the system's clock was set: it and the time since boot went different ways.
struct ClockWatch: Sendable, Equatable {
    private var previous: ClockReading?

    /// A clock that is slewed gains or loses 0.5 ms a second (adjtimex(2)); what is beyond, and more than this, is a
    /// step.
    private static let toleranceMs: Int64 = 200

    /// Whether the clock was set since the last reading.
    mutating func isStep(_ now: ClockReading) -> Bool {
        defer { previous = now }
        guard let previous, now.bootNs >= previous.bootNs else { return false }
        let elapsedMs = Int64(clamping: (now.bootNs - previous.bootNs) / 1_000_000)
        let (difference, overflow) = (now.epochMs &- previous.epochMs).subtractingReportingOverflow(elapsedMs)
        return overflow || abs(difference) > Self.toleranceMs + elapsedMs / 1000
    }
}
