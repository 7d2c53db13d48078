import Glibc

/// The clocks a collector reads.
package enum SystemClock {
    /// Unix epoch in milliseconds.
    package static func epochMs() -> Int64 {
        Int64(nanoseconds(CLOCK_REALTIME) / 1_000_000)
    }

    /// Nanoseconds of a clock that is never set.
    package static func monotonicNs() -> UInt64 {
        nanoseconds(CLOCK_MONOTONIC)
    }

    /// Nanoseconds since boot, those in suspension included.
    package static func bootNs() -> UInt64 {
        nanoseconds(CLOCK_BOOTTIME)
    }

    /// CPU time of the calling thread in nanoseconds.
    package static func threadCPUNs() -> UInt64 {
        nanoseconds(CLOCK_THREAD_CPUTIME_ID)
    }

    private static func nanoseconds(_ clock: clockid_t) -> UInt64 {
        var time = timespec()
        clock_gettime(clock, &time)
        return UInt64(max(0, time.tv_sec)) * 1_000_000_000 + UInt64(max(0, time.tv_nsec))
    }
}
