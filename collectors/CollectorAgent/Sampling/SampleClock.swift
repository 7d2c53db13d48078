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
