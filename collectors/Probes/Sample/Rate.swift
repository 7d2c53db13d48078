/// Rates between two readings of a counter.
package enum Rate {
    /// The increase per second; nil where a reading is missing, no time has passed, or the counter began anew.
    ///
    /// A counter that the kernel sums up over CPUs, or rounds, may be a little behind the last reading: it stood still.
    package static func perSecond(from previous: UInt64?, to current: UInt64?, seconds: Double?) -> Double? {
        guard let previous, let current, let seconds, seconds > 0 else { return nil }
        guard current < previous else { return Double(current - previous) / seconds }
        return isTickBack(from: previous, to: current) ? 0 : nil
    }

    /// Whether a counter that fell was read a little too early, and did not begin anew or wrap.
    static func isTickBack(from previous: UInt64, to current: UInt64) -> Bool {
        current < previous && previous - current <= previous / 64
    }
}
