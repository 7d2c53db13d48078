package import ProcFS
import SampleContract

/// A probe that is part of the collector. It reads its sources, remembers the last reading, and makes samples.
///
/// Everything about a probe is in its folder, and ``NativeProbes/all`` has a line for it. Help, errors and `collector
/// check` take their names from there. Not safe to share between threads.
package protocol NativeProbe: AnyObject, SendableMetatype {
    /// The name in `--probe`, keys, ids and samples. It is a valid ``SampleContract/ProbeWord``.
    static var name: String { get }
    /// Whether it runs by default.
    static var isDefault: Bool { get }
    /// What it reads, in the order of `collector check`.
    static var sources: [ProbeSource] { get }

    /// Throws if it can never give a sample on this host.
    ///
    /// - Parameter root: the folder that contains `/proc` and `/sys`; empty for the running system.
    init(root: String, options: ProbeOptions) throws(ProcFSError)

    func sample(at moment: SampleMoment) -> OpenSample

    /// Sources that failed and should be logged, each at most once a minute.
    func takeWarnings() -> [SourceReport.Warning]
}

/// The probes of the collector. A new one is a folder beside the others and a line here.
package enum NativeProbes {
    /// All probes, in the order in which they are sampled.
    static let all: [any NativeProbe.Type] = [
        TopProbe.self,
        NetstatProbe.self,
        ClockProbe.self,
    ]
}

/// The options of all probes.
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

    /// nil if no probe has the name.
    package init?(rawValue: String) {
        guard NativeProbes.all.contains(where: { $0.name == rawValue }) else { return nil }
        self.rawValue = rawValue
    }

    private init(_ probe: any NativeProbe.Type) { rawValue = probe.name }

    package static let top = ProbeName(TopProbe.self)
    package static let netstat = ProbeName(NetstatProbe.self)

    package static var allCases: [ProbeName] { NativeProbes.all.map { ProbeName($0) } }
    /// The probes that run by default.
    package static var defaults: [ProbeName] { NativeProbes.all.filter { $0.isDefault }.map { ProbeName($0) } }
    /// `a, b or c`, for help and errors.
    package static func list(_ last: String) -> String {
        let names = allCases.map(\.rawValue)
        return names.dropLast().joined(separator: ", ") + (names.count > 1 ? " \(last) " : "") + (names.last ?? "")
    }

    private var probe: (any NativeProbe.Type)? { NativeProbes.all.first { $0.name == rawValue } }

    package var sources: [ProbeSource] { probe?.sources ?? [] }

    /// nil if it is not one of our names, which cannot happen.
    package func probe(root: String, options: ProbeOptions) throws(ProcFSError) -> (any NativeProbe)? {
        try probe?.init(root: root, options: options)
    }
}

/// The time and the number of a sample.
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

    /// `seconds`: since the last reading; nil for the first one.
    func header(probe: String, seconds: Double?, boot: String?) -> SampleHeader {
        SampleHeader(
            id: SampleID(host: host, probe: probe, startMs: startMs, seq: seq), epochMs: epochMs,
            boot: boot ?? self.boot, intervalMs: Int(intervalMs), dtMs: seconds.map { $0 * 1000 })
    }

    /// What the sample has cost so far.
    func tookUs() -> UInt64 { (SystemClock.threadCPUNs() &- startedCPUNs) / 1000 }
}
