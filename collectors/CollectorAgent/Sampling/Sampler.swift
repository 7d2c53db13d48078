import Probes
import ProcFS

/// A probe with its sources: reads, remembers the last reading, and makes samples.
///
/// Not safe to share between threads.
protocol Sampler: AnyObject {
    func sample(at moment: SampleMoment) -> EncodedSample

    /// Sources that failed and are due to be logged: each at most once a minute.
    func takeWarnings() -> [SourceReport.Warning]
}

/// When and as which one a sample is taken.
struct SampleMoment {
    var host: String
    var startMs: Int64
    var seq: UInt64
    var epochMs: Int64
    var monotonicNs: UInt64
    var bootNs: UInt64?
    var intervalMs: Int64
    var boot: String?
    /// The CPU time of the thread when the work began.
    var startedCPUNs: UInt64

    func header(probe: String, seconds: Double?, boot: String?) -> SampleHeader {
        SampleHeader(
            id: SampleID(host: host, probe: probe, startMs: startMs, seq: seq), epochMs: epochMs,
            boot: boot ?? self.boot,
            intervalMs: Int(intervalMs), dtMs: seconds.map { $0 * 1000 })
    }
}

/// Notices that the host booted between two samples, as after a checkpoint: no counter goes on from there.
struct BootWatch {
    private let file: KeptFile<BootID>
    private(set) var boot: String?

    init(root: String, buffer: ReadBuffer) {
        file = KeptFile(root: root, buffer: buffer)
    }

    /// Reads the boot's name; true where it is another than at the sample before.
    mutating func isAnother() -> Bool {
        guard let now = try? file.read().prefix else { return false }
        defer { boot = now }
        return boot.map { $0 != now } ?? false
    }
}

/// The probes this collector has.
package enum ProbeName: String, CaseIterable, Sendable {
    case top
    case netstat
}
