import Glibc
package import ProcFS
import SampleContract

/// Takes `top` samples of a host: one sweep over all processes, and details only for the rows that are sent.
package final class TopProbe: NativeProbe {
    package static let name = "top"
    package static let isDefault = true

    private let root: String
    private let options: TopOptions
    private let units: HostUnits
    private let selection: ProcessSelection
    private let processes: ProcessTable
    private let facts: ProcessFacts
    private let stat: KeptFile<SystemStat>
    private let load: KeptFile<LoadAverage>
    private let uptime: KeptFile<Uptime>
    private let memory: KeptFile<MemoryInfo>
    private let minimumFree: KeptFile<MinimumFree>
    private let zfsCache: KeptFile<ZFSCache>
    private let hiding: ProcessHiding
    private let counters: KeptFile<VirtualMemoryCounters>
    private let cpuPressure: KeptFile<Pressure>
    private let memoryPressure: KeptFile<Pressure>
    private let ioPressure: KeptFile<Pressure>
    private let disks: KeptFile<DiskStatistics>
    private var wholeDevices: BlockDevices?
    private var wholeDevicesReadNs: UInt64?
    /// Looked for only as often as devices, because few hosts have ZFS.
    private var hasZFS = false
    private var hidesProcesses = false
    private var session: ProbeSession
    private var previous: TopReading?
    private var traffic = ProcessTraffic()

    /// Devices rarely change, so their names are read every ten seconds.
    private static let deviceIntervalNs: UInt64 = 10_000_000_000

    package convenience init(root: String, options: ProbeOptions) throws(ProcFSError) {
        try self.init(root: root, options: options.top, units: .current())
    }

    package init(root: String, options: TopOptions, units: HostUnits) throws(ProcFSError) {
        let buffer = ReadBuffer()
        self.root = root
        self.options = options
        self.units = units
        selection = ProcessSelection(count: options.processes)
        processes = try ProcessTable(root: root, buffer: buffer)
        facts = ProcessFacts(root: root, processes: processes, buffer: buffer, options: options)
        session = ProbeSession(root: root, buffer: buffer)
        stat = KeptFile(root: root, buffer: buffer)
        load = KeptFile(root: root, buffer: buffer)
        uptime = KeptFile(root: root, buffer: buffer)
        memory = KeptFile(root: root, buffer: buffer)
        minimumFree = KeptFile(root: root, buffer: buffer)
        zfsCache = KeptFile(root: root, buffer: buffer)
        hiding = ProcessHiding(root: root, buffer: buffer)
        counters = KeptFile(root: root, buffer: buffer)
        cpuPressure = KeptFile(root: root, buffer: buffer)
        memoryPressure = KeptFile(Pressure.memoryPath, root: root, buffer: buffer)
        ioPressure = KeptFile(Pressure.ioPath, root: root, buffer: buffer)
        disks = KeptFile(root: root, buffer: buffer)
    }

    package func sample(at moment: SampleMoment) -> OpenSample {
        var report = session.begin {
            previous = nil
            traffic = ProcessTraffic()
        }
        let current = read(at: moment, &report)
        let seconds = current.seconds(since: previous)
        let activities = ProcessActivities(from: previous, to: current, units: units)
        let pinned = pinnedProcesses(activities.all, nowNs: moment.monotonicNs)
        updateTraffic(activities.all, pinned: pinned, seconds: seconds, &report)
        let rows = selection.rows(activities.all, traffic: traffic, pinned: pinned)
        var details: [Int32: ProcessDetails] = [:]
        for index in rows {
            let process = activities.all[index].process
            details[process.pid] = facts.details(of: process, units: units, nowNs: moment.monotonicNs)
        }
        facts.forget(exceptFor: activities.all)
        let sample = TopSample(
            header: moment.header(probe: Self.name, seconds: seconds, boot: session.boot), flags: report.flags,
            previous: previous, current: current, activities: activities, traffic: traffic, rows: rows,
            details: details, units: units,
            maxBytes: options.maxBytes)
        previous = current
        session.end(report, at: moment)
        return sample.encode(tookUs: moment.tookUs)
    }

    package func takeWarnings() -> [SourceReport.Warning] { session.takeWarnings() }

    private func read(at moment: SampleMoment, _ report: inout SourceReport) -> TopReading {
        var reading = TopReading(monotonicNs: moment.monotonicNs)
        reading.stat = report.take(stat.read)
        reading.bootNs = moment.bootNs
        reading.processes = processes.sweep(nowNs: moment.monotonicNs, forks: reading.stat?.forks) { report.note($0) }
        reading.load = report.take(load.read)
        reading.uptime = report.take(uptime.read)
        reading.memory = report.take(memory.read)
        reading.counters = report.take(counters.read)
        reading.cpuPressure = report.take(cpuPressure.read)
        reading.memoryPressure = report.take(memoryPressure.read)
        reading.ioPressure = report.take(ioPressure.read)
        if wholeDevicesReadNs.map({ moment.monotonicNs &- $0 >= Self.deviceIntervalNs }) ?? true {
            wholeDevices = BlockDevices(root: root)
            hasZFS = access("\(root)/\(ZFSCache.path)", R_OK) == 0
            hidesProcesses = hiding.option() != nil || hiding.showsOnlyProcesses
            wholeDevicesReadNs = moment.monotonicNs
        }
        reading.hidesProcesses = hidesProcesses
        if hidesProcesses { report.insert(.noPrivilege) }
        if hasZFS { reading.zfsCache = report.take(zfsCache.read) }
        if let memory = reading.memory, memory.availableKiB == nil {
            reading.minimumFree = report.take(minimumFree.read)
        }
        reading.disks = report.take(disks.read)?.devices.filter { wholeDevices?.contains($0.name) ?? true }
        return reading
    }

    private func pinnedProcesses(_ activities: [ProcessActivity], nowNs: UInt64) -> Set<Int32> {
        guard let pattern = options.pinned else { return [] }
        return Set(
            activities.lazy.map(\.process).filter { process in
                pattern.matches(process.comm)
                    || (self.facts.command(of: process, nowNs: nowNs).map(pattern.matches) ?? false)
            }.map(\.pid))
    }

    private func updateTraffic(
        _ activities: [ProcessActivity], pinned: Set<Int32>, seconds: Double?, _ report: inout SourceReport
    ) {
        var readings: [(process: ProcessStat, io: ProcessIO)] = []
        for activity in selection.candidatesForTraffic(activities, pinned: pinned) {
            guard let io = report.take({ () throws(ProcFSError) in try processes.io(of: activity.process.pid) })
            else { continue }
            readings.append((activity.process, io))
        }
        traffic.update(readings, seconds: seconds)
    }
}

/// What the `top` probe sends.
package struct TopOptions: Sendable {
    /// How many rows of each ranking; nil means every process.
    package var processes: Int?
    /// Processes that always get a row.
    package var pinned: ProcessPattern?
    package var sendsCommands: Bool
    /// What to hide in command lines besides everything that looks like a secret.
    package var redacted: [RedactionPattern]

    package init(
        processes: Int? = 40, pinned: ProcessPattern? = nil, sendsCommands: Bool = true,
        redacted: [RedactionPattern] = []
    ) {
        self.processes = processes
        self.pinned = pinned
        self.sendsCommands = sendsCommands
        self.redacted = redacted
    }

    /// 10 KB by default. A member of the sorted set may have 1 MiB.
    var maxBytes: Int {
        guard let processes else { return SampleLimits.collectedBytes }
        return min(SampleLimits.collectedBytes, 10_000 + max(0, processes - 40) * 220)
    }
}
