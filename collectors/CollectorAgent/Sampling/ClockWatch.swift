/// Notices when the system's clock was set: it and the time since boot went different ways.
struct ClockWatch: Sendable, Equatable {
    private var previous: ClockReading?

    /// A clock that is slewed gains or loses 0.5 ms a second (adjtimex(2)); what is beyond, and more than this, is a
    /// step.
    private static let toleranceMs: Int64 = 200

    /// By how much the clock was set since the last reading, in milliseconds, below 0 where it was set back; nil where it
    /// was not.
    mutating func step(_ now: ClockReading) -> Int64? {
        defer { previous = now }
        guard let previous, now.bootNs >= previous.bootNs else { return nil }
        let elapsedMs = Int64(clamping: (now.bootNs - previous.bootNs) / 1_000_000)
        let (difference, overflow) = (now.epochMs &- previous.epochMs).subtractingReportingOverflow(elapsedMs)
        guard !overflow else { return now.epochMs < previous.epochMs ? .min : .max }
        return difference.magnitude > UInt64(Self.toleranceMs + elapsedMs / 1000) ? difference : nil
    }
}
