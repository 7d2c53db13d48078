import ProcFS

/// Says when the next sample is due: at whole multiples of the interval on the wall clock, so that all hosts sample at
/// the same time. Times are epoch milliseconds.
package struct SampleClock: Sendable, Equatable {
    package let intervalMs: Int64
    private var lastDueMs: Int64?

    package init(intervalMs: Int64) {
        self.intervalMs = max(1, intervalMs)
    }

    /// The next time, always after `nowMs`.
    ///
    /// Times that have passed are left out. A timer that fires a little early does not get the same time twice, and a
    /// clock that was set back does not stop the samples.
    package mutating func next(nowMs: Int64) -> Int64 {
        var due = (nowMs / intervalMs + 1) * intervalMs
        if let lastDueMs, due <= lastDueMs, lastDueMs - nowMs < intervalMs {
            due = lastDueMs + intervalMs
        }
        lastDueMs = due
        return due
    }
}

/// The clocks at one time.
package struct ClockReading: Sendable, Equatable {
    /// Unix epoch in milliseconds: the time in samples. This clock may be set.
    package var epochMs: Int64
    /// Nanoseconds that the system was awake. Rates use this clock.
    package var monotonicNs: UInt64
    /// Nanoseconds since boot, including sleep.
    package var bootNs: UInt64

    package init(epochMs: Int64, monotonicNs: UInt64, bootNs: UInt64) {
        self.epochMs = epochMs
        self.monotonicNs = monotonicNs
        self.bootNs = bootNs
    }

    package static func now() -> ClockReading {
        ClockReading(
            epochMs: SystemClock.epochMs(), monotonicNs: SystemClock.monotonicNs(), bootNs: SystemClock.bootNs())
    }
}

/// Notices when the system's clock was set: then it and the time since boot differ.
struct ClockWatch: Sendable, Equatable {
    private var previous: ClockReading?

    /// A clock that is slewed gains or loses 0.5 ms a second (adjtimex(2)). A larger difference is a step, if it is
    /// also more than this.
    private static let toleranceMs: Int64 = 200

    /// By how much the clock was set since the last reading, in milliseconds, below 0 if it was set back; nil if it was
    /// not set.
    mutating func step(_ now: ClockReading) -> Int64? {
        defer { previous = now }
        guard let previous, now.bootNs >= previous.bootNs else { return nil }
        let elapsedMs = Int64(clamping: (now.bootNs - previous.bootNs) / 1_000_000)
        let (difference, overflow) = (now.epochMs &- previous.epochMs).subtractingReportingOverflow(elapsedMs)
        guard !overflow else { return now.epochMs < previous.epochMs ? .min : .max }
        return difference.magnitude > UInt64(Self.toleranceMs + elapsedMs / 1000) ? difference : nil
    }
}
