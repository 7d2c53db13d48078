/// Rates between two readings of a counter.
package enum Rate {
    /// The increase per second; nil where a reading is missing, no time has passed, or the counter went backwards.
    package static func perSecond(from previous: UInt64?, to current: UInt64?, seconds: Double?) -> Double? {
        guard let previous, let current, let seconds, seconds > 0, current >= previous else { return nil }
        return Double(current - previous) / seconds
    }
}
