import ProcFS
import SampleContract

/// What every probe does around its reading: it notices a reboot, marks the first sample, and gathers what should be
/// logged.
struct ProbeSession {
    private let file: KeptFile<BootID>
    /// The boot of the last sample, as ``ProcFS/BootID``.
    private(set) var boot: String?
    private var hasSampled = false
    private var warnings = SourceWarnings()

    init(root: String, buffer: ReadBuffer) {
        file = KeptFile(root: root, buffer: buffer)
    }

    /// Begins a sample. `forget` is called if the host has booted since the last one, because then no counter goes on.
    /// This can happen after a checkpoint.
    mutating func begin(forget: () -> Void) -> SourceReport {
        var report = SourceReport()
        if let now = try? file.read().prefix {
            if let boot, boot != now {
                hasSampled = false
                forget()
            }
            boot = now
        }
        if !hasSampled { report.insert(.first) }
        hasSampled = true
        return report
    }

    /// Takes the report of a sample.
    mutating func end(_ report: SourceReport, at moment: SampleMoment) {
        warnings.add(report.warnings, nowNs: moment.monotonicNs)
    }

    mutating func takeWarnings() -> [SourceReport.Warning] { warnings.takeDue() }
}

/// A reading of a probe's sources at one time.
package protocol ProbeReading {
    var monotonicNs: UInt64 { get }
}

extension ProbeReading {
    /// Seconds since an earlier reading; nil if no time has passed.
    package func seconds(since previous: Self?) -> Double? {
        guard let previous, monotonicNs > previous.monotonicNs else { return nil }
        return Double(monotonicNs - previous.monotonicNs) / 1e9
    }
}

/// Rates between two readings of a counter.
package enum Rate {
    /// The increase per second; nil if a reading is missing, no time has passed, or the counter began anew.
    ///
    /// A counter that the kernel sums up over CPUs, or rounds, may be a little below the last reading. Then it counts
    /// as unchanged.
    package static func perSecond(from previous: UInt64?, to current: UInt64?, seconds: Double?) -> Double? {
        guard let previous, let current, let seconds, seconds > 0 else { return nil }
        guard current < previous else { return Double(current - previous) / seconds }
        return isTickBack(from: previous, to: current) ? 0 : nil
    }

    /// Whether a counter fell only because it was read a little too early, and not because it began anew or wrapped.
    static func isTickBack(from previous: UInt64, to current: UInt64) -> Bool {
        current < previous && previous - current <= previous / 64
    }
}
