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

    /// Nanoseconds since boot, including suspension.
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

/// The units in which this kernel counts.
package struct HostUnits: Sendable, Equatable {
    package var ticksPerSecond: UInt64
    package var pageKiB: UInt64

    package init(ticksPerSecond: UInt64 = 100, pageKiB: UInt64 = 4) {
        self.ticksPerSecond = ticksPerSecond
        self.pageKiB = pageKiB
    }

    /// The units of the running system.
    package static func current() -> HostUnits {
        HostUnits(
            ticksPerSecond: UInt64(max(1, sysconf(Int32(_SC_CLK_TCK)))),
            pageKiB: UInt64(max(1, sysconf(Int32(_SC_PAGESIZE)) / 1024)))
    }
}

/// `/proc/uptime`: seconds since boot, including suspension (proc_uptime(5)).
package struct Uptime: KernelFile, Sendable, Equatable {
    package static let path = "proc/uptime"

    package var seconds: Double

    package init(parsing bytes: UnsafeRawBufferPointer) throws(ProcFSError) {
        var cursor = ByteCursor(bytes)
        guard let seconds = cursor.decimal() else { throw Self.malformed(cursor, expected: "seconds since boot") }
        self.seconds = seconds
    }
}

/// `/proc/sys/kernel/random/boot_id`: a new value with each boot.
package struct BootID: KernelFile, Sendable, Equatable {
    package static let path = "proc/sys/kernel/random/boot_id"

    /// The first eight hexadecimal digits.
    package var prefix: String

    package init(parsing bytes: UnsafeRawBufferPointer) throws(ProcFSError) {
        var cursor = ByteCursor(bytes)
        guard cursor.hexadecimal(digits: 8) != nil, cursor.offset == 8 else {
            throw Self.malformed(cursor, expected: "a UUID")
        }
        prefix = String(decoding: bytes.prefix(8), as: UTF8.self)
    }
}
