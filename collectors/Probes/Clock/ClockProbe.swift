import JSONBytes
import ProcFS

/// Takes `clock` samples: how right the host's clock is, as far as the kernel knows.
///
/// The page puts samples of many hosts side by side by their clocks. This says how much the clocks may differ.
package final class ClockProbe: NativeProbe {
    package static let name = "clock"
    package static let isDefault = false
    package static let sources: [ProbeSource] = [
        .reading("adjtimex") { (root, _) throws(ProcFSError) in
            try ClockProbe.clock(root).isSynchronised
                ? "synchronised" : "no time service has set the clock for long: install chrony or systemd-timesyncd"
        }
    ]

    private let root: String
    private var session: ProbeSession
    private var previous: Reading?

    private struct Reading: ProbeReading {
        var monotonicNs: UInt64
        var clock: KernelClock?
    }

    package init(root: String, options: ProbeOptions) {
        self.root = root
        session = ProbeSession(root: root, buffer: ReadBuffer())
    }

    package func sample(at moment: SampleMoment) -> OpenSample {
        var report = session.begin { previous = nil }
        let current = Reading(
            monotonicNs: moment.monotonicNs, clock: report.take { () throws(ProcFSError) in try Self.clock(root) })
        let header = moment.header(
            probe: Self.name, seconds: current.seconds(since: previous), boot: session.boot)
        previous = current
        session.end(report, at: moment)
        var writer = JSONWriter(reservingCapacity: 512)
        header.write(into: &writer)
        writer.members(current.clock, Self.members)
        return OpenSample(header, writer, tookUs: moment.tookUs(), flags: report.flags)
    }

    package func takeWarnings() -> [SourceReport.Warning] { session.takeWarnings() }

    /// All are `null` if the kernel does not tell.
    static let members: [Column<KernelClock?>] = [
        Column("synchronised") { $1.optional($0?.isSynchronised) },
        Column("offsetUs") { $1.optional($0.map { Double($0.offsetNs) / 1000 }, decimals: 3) },
        Column("estErrorUs") { $1.optional($0?.estimatedErrorUs) },
        Column("maxErrorUs") { $1.optional($0?.maxErrorUs) },
        Column("freqPpm") { $1.optional($0?.frequencyPpm, decimals: 3) },
        Column("tickUs") { $1.optional($0?.tickUs) },
        Column("taiS") { $1.optional($0.flatMap { $0.taiOffsetS == 0 ? nil : $0.taiOffsetS }) },
        Column("leap") { $1.optional($0?.leap.rawValue) },
    ]

    private static func clock(_ root: String) throws(ProcFSError) -> KernelClock {
        // A copied tree has no clock of its own.
        guard root.isEmpty else { throw .unreadable(file: "adjtimex", errno: 2) }
        return try KernelClock.read()
    }
}
