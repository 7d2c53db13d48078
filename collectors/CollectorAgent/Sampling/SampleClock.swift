import ProcFS

/// Says when the next sample is due: at whole multiples of the interval by the wall clock, so that all hosts sample at
/// the same moments. Times are epoch milliseconds.
package struct SampleClock: Sendable, Equatable {
    package let intervalMs: Int64
    private var lastDueMs: Int64?

    package init(intervalMs: Int64) {
        self.intervalMs = max(1, intervalMs)
    }

    /// The next moment, always after `nowMs`.
    ///
    /// Moments that passed are left out. A timer that fires a little early does not get its moment twice, and a clock
    /// that was set back does not stop the samples.
    package mutating func next(nowMs: Int64) -> Int64 {
        var due = (nowMs / intervalMs + 1) * intervalMs
        if let lastDueMs, due <= lastDueMs, lastDueMs - nowMs < intervalMs {
            due = lastDueMs + intervalMs
        }
        lastDueMs = due
        return due
    }
}

/// The clocks at one moment.
package struct ClockReading: Sendable, Equatable {
    /// Unix epoch in milliseconds: what samples are stamped with; may be set.
    package var epochMs: Int64
    /// Nanoseconds that the system was awake: what rates are over.
    package var monotonicNs: UInt64
    /// Nanoseconds since boot, those asleep included.
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
