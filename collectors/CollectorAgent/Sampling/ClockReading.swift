import ProcFS

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
