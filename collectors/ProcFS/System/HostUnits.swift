import Glibc

/// The units this kernel counts in.
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
