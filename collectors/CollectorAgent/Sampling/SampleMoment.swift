import Probes

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
