package import CHost
import Glibc

/// What the kernel knows of how right its clock is, as a time service (chrony, ntpd, systemd-timesyncd) tells it:
/// adjtimex(2), read only.
package struct KernelClock: Sendable, Equatable {
    /// What happens at the end of the UTC day.
    package enum Leap: String, Sendable {
        case none, insert, delete
    }

    /// Whether a time service holds the clock; after hours without one the kernel says no by itself.
    package var isSynchronised: Bool
    /// What is still to be slewed away; below 0 where the clock is ahead.
    package var offsetNs: Int64
    /// How much faster the clock is made to run than its crystal, in parts per million.
    package var frequencyPpm: Double
    /// The bound of the error: it grows by 0.5 ms a second while nobody tells better, up to 16 s.
    package var maxErrorUs: Int64
    package var estimatedErrorUs: Int64
    /// Length of a tick of the kernel's clock, 10,000 where nobody has trimmed it.
    package var tickUs: Int64
    /// International atomic time less UTC, in whole seconds; 0 where nobody has told the kernel.
    package var taiOffsetS: Int64
    package var leap: Leap

    /// `state` is what adjtimex(2) gave.
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

    /// The running system's; a copied tree has none. Refused where a sandbox allows no adjtimex(2).
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
