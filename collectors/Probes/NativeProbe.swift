package import ProcFS
import SampleContract

/// A probe of the collector's own: reads its sources, remembers the last reading, and makes samples.
///
/// All there is to say of a probe stands in its folder; ``NativeProbes/all`` has a line for it. Names in help, errors and
/// `collector check` come from there. Not safe to share between threads.
package protocol NativeProbe: AnyObject, SendableMetatype {
    /// In `--probe`, keys, ids and samples; a valid ``SampleContract/ProbeWord``.
    static var name: String { get }
    /// Whether it is sampled where nobody says what to sample.
    static var isDefault: Bool { get }
    /// What it reads, in the order in which `collector check` lists it.
    static var sources: [ProbeSource] { get }

    /// Throws where it can never give a sample on this host.
    ///
    /// - Parameter root: the folder that `/proc` and `/sys` stand in; empty for the running system.
    init(root: String, options: ProbeOptions) throws(ProcFSError)

    func sample(at moment: SampleMoment) -> OpenSample

    /// Sources that failed and are due to be logged: each at most once a minute.
    func takeWarnings() -> [SourceReport.Warning]
}

/// The probes that the collector has. A new one is a folder beside the others and a line here.
package enum NativeProbes {
    /// In the order in which they are sampled.
    static let all: [any NativeProbe.Type] = [
        TopProbe.self,
        NetstatProbe.self,
        ClockProbe.self,
    ]
}

/// What there is to choose for each probe.
package struct ProbeOptions: Sendable {
    package var top: TopOptions
    package var netstat: NetstatOptions

    package init(top: TopOptions = TopOptions(), netstat: NetstatOptions = NetstatOptions()) {
        self.top = top
        self.netstat = netstat
    }
}

/// The name of one of ``NativeProbes``.
package struct ProbeName: RawRepresentable, Hashable, Sendable, CaseIterable {
    package let rawValue: String

    /// nil where no probe has the name.
    package init?(rawValue: String) {
        guard NativeProbes.all.contains(where: { $0.name == rawValue }) else { return nil }
        self.rawValue = rawValue
    }

    private init(_ probe: any NativeProbe.Type) { rawValue = probe.name }

    package static let top = ProbeName(TopProbe.self)
    package static let netstat = ProbeName(NetstatProbe.self)

    package static var allCases: [ProbeName] { NativeProbes.all.map { ProbeName($0) } }
    /// What is sampled where nobody says what.
    package static var defaults: [ProbeName] { NativeProbes.all.filter { $0.isDefault }.map { ProbeName($0) } }
    /// `a, b or c`, for help and errors.
    package static func list(_ last: String) -> String {
        let names = allCases.map(\.rawValue)
        return names.dropLast().joined(separator: ", ") + (names.count > 1 ? " \(last) " : "") + (names.last ?? "")
    }

    private var probe: (any NativeProbe.Type)? { NativeProbes.all.first { $0.name == rawValue } }

    package var sources: [ProbeSource] { probe?.sources ?? [] }

    /// nil for no name of ours, which there cannot be.
    package func probe(root: String, options: ProbeOptions) throws(ProcFSError) -> (any NativeProbe)? {
        try probe?.init(root: root, options: options)
    }
}

/// When and as which one a sample is taken.
package struct SampleMoment {
    package var host: String
    package var startMs: Int64
    package var seq: UInt64
    package var epochMs: Int64
    package var monotonicNs: UInt64
    package var bootNs: UInt64?
    package var intervalMs: Int64
    package var boot: String?
    /// The CPU time of the thread when the work began.
    package var startedCPUNs: UInt64

    package init(
        host: String, startMs: Int64, seq: UInt64, epochMs: Int64, monotonicNs: UInt64, bootNs: UInt64? = nil,
        intervalMs: Int64, boot: String?, startedCPUNs: UInt64
    ) {
        self.host = host
        self.startMs = startMs
        self.seq = seq
        self.epochMs = epochMs
        self.monotonicNs = monotonicNs
        self.bootNs = bootNs
        self.intervalMs = intervalMs
        self.boot = boot
        self.startedCPUNs = startedCPUNs
    }

    /// `seconds`: since the reading before; nil for the first.
    func header(probe: String, seconds: Double?, boot: String?) -> SampleHeader {
        SampleHeader(
            id: SampleID(host: host, probe: probe, startMs: startMs, seq: seq), epochMs: epochMs,
            boot: boot ?? self.boot, intervalMs: Int(intervalMs), dtMs: seconds.map { $0 * 1000 })
    }

    /// What the sample has cost so far.
    func tookUs() -> UInt64 { (SystemClock.threadCPUNs() &- startedCPUNs) / 1000 }
}
