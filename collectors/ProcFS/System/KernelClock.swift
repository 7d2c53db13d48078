package import CHost
import Glibc

/// How right the clock is, as the kernel knows it from a time service (chrony, ntpd, systemd-timesyncd). It is read by
/// adjtimex(2), which changes nothing here.
package struct KernelClock: Sendable, Equatable {
    /// What happens at the end of the UTC day.
    package enum Leap: String, Sendable {
        case none, insert, delete
    }

    /// Whether a time service controls the clock. After hours without one the kernel itself says no.
    package var isSynchronised: Bool
    /// How far the clock still has to be slewed; below 0 if it is ahead.
    package var offsetNs: Int64
    /// How much faster the clock runs than its crystal, in parts per million.
    package var frequencyPpm: Double
    /// The largest possible error. Without news from a time service it grows by 0.5 ms a second, up to 16 s.
    package var maxErrorUs: Int64
    package var estimatedErrorUs: Int64
    /// The length of a tick of the kernel's clock: 10,000 unless somebody has changed it.
    package var tickUs: Int64
    /// International atomic time less UTC, in whole seconds; 0 if nobody has told the kernel.
    package var taiOffsetS: Int64
    package var leap: Leap

    /// `state` is the result of adjtimex(2).
    package init(_ status: timex, state: CInt) {
        isSynchronised = state != TIME_ERROR && status.status & STA_UNSYNC == 0
        offsetNs = status.status & STA_NANO != 0 ? Int64(status.offset) : Int64(status.offset).multiplied(by: 1000)
        // Parts per million with a binary fraction of 16 bits.
        frequencyPpm = Double(status.freq) / 65_536
        maxErrorUs = Int64(status.maxerror)
        estimatedErrorUs = Int64(status.esterror)
        tickUs = Int64(status.tick)
        taiOffsetS = Int64(status.tai)
        leap = status.status & STA_INS != 0 ? .insert : status.status & STA_DEL != 0 ? .delete : .none
    }

    /// Reads the clock of the running system. A copied tree has none. It fails in a sandbox that forbids adjtimex(2).
    package static func read() throws(ProcFSError) -> KernelClock {
        var status = timex()
        let state = adjtimex(&status)
        guard state >= 0 else { throw .unreadable(file: "adjtimex", errno: errno) }
        return KernelClock(status, state: state)
    }
}

extension Int64 {
    fileprivate func multiplied(by factor: Int64) -> Int64 {
        let (product, overflow) = multipliedReportingOverflow(by: factor)
        return overflow ? (self < 0 ? .min : .max) : product
    }
}
