package import ProcFS
import SampleContract

/// Takes `netstat` samples of a host: one dump of all TCP sockets, and owners only for the rows that are sent.
package final class NetstatProbe: NativeProbe {
    package static let name = "netstat"
    package static let isDefault = true
    package static let sources: [ProbeSource] = [
        .file(NetworkDevices.self), .file(SocketStatistics.self),
        .file(SocketStatistics.self, at: SocketStatistics.path6), .file(ProtocolTable.self),
        .file(ProtocolCounters.self), .file(ProtocolCounters.self, at: ProtocolCounters.extendedPath),
        .file(ProtocolCounters.self, at: ProtocolCounters.path6), ProbeSource(sockets),
    ]

    private let root: String
    private let options: NetstatOptions
    private let buffer = ReadBuffer()
    private let selection: ConnectionSelection
    private let dump: SocketDump
    private let owners: SocketOwners?
    private let statistics: KeptFile<SocketStatistics>
    private let statistics6: KeptFile<SocketStatistics>
    private let protocols: KeptFile<ProtocolTable>
    private let devices: KeptFile<NetworkDevices>
    private let snmp: KeptFile<ProtocolCounters>
    private let extended: KeptFile<ProtocolCounters>
    private let snmp6: KeptFile<ProtocolCounters>
    private let interfaces: InterfaceStates
    private let hiding: ProcessHiding
    private var hidesProcesses: (value: Bool, readNs: UInt64)?
    private var session: ProbeSession
    private var datagramSockets: [UDPSocket] = []
    private var datagramsReadNs: UInt64?
    private var previous: NetstatReading?

    /// The mount of `/proc` hardly changes.
    private static let mountIntervalNs: UInt64 = 10_000_000_000
    /// UDP services hardly change, and looking for them costs two more walks in the kernel.
    private static let datagramIntervalNs: UInt64 = 5_000_000_000

    package convenience init(root: String, options: ProbeOptions) {
        self.init(root: root, options: options.netstat, source: .netlink)
    }

    package init(root: String, options: NetstatOptions, source: SocketDump.Source) {
        self.root = root
        self.options = options
        selection = ConnectionSelection(count: options.connections)
        dump = SocketDump(root: root, buffer: buffer, source: source)
        owners = try? SocketOwners(root: root)
        interfaces = InterfaceStates(root: root, buffer: buffer)
        hiding = ProcessHiding(root: root, buffer: buffer)
        session = ProbeSession(root: root, buffer: buffer)
        statistics = KeptFile(root: root, buffer: buffer)
        statistics6 = KeptFile(SocketStatistics.path6, root: root, buffer: buffer)
        protocols = KeptFile(root: root, buffer: buffer)
        devices = KeptFile(root: root, buffer: buffer)
        snmp = KeptFile(root: root, buffer: buffer)
        extended = KeptFile(ProtocolCounters.extendedPath, root: root, buffer: buffer)
        snmp6 = KeptFile(ProtocolCounters.path6, root: root, buffer: buffer)
    }

    package func sample(at moment: SampleMoment) -> OpenSample {
        var report = session.begin { previous = nil }
        let current = read(at: moment, &report)
        let seconds = current.seconds(since: previous)
        let connections = ConnectionActivity.all(
            from: previous?.sockets, to: current.sockets ?? [], seconds: seconds)
        let rows = selection.rows(connections)
        let shown = rows.map(\.socket) + (current.sockets ?? []).filter { $0.state == .listen }
        let owners = findOwners(of: shown, moment, &report)
        let names = Dictionary(
            zones(of: current).compactMap { number in interfaces.name(of: number).map { (number, $0) } },
            uniquingKeysWith: { first, _ in first })
        let attributes = interfaces.attributes(
            of: (current.devices?.devices ?? []).map(\.name), nowNs: moment.monotonicNs)
        let sample = NetstatSample(
            header: moment.header(probe: Self.name, seconds: seconds, boot: session.boot), flags: report.flags,
            previous: previous, current: current, connections: connections, rows: rows,
            owners: owners, attributes: attributes, interfaceNames: names, maxBytes: options.maxBytes)
        previous = current
        session.end(report, at: moment)
        return sample.encode(tookUs: moment.tookUs)
    }

    package func takeWarnings() -> [SourceReport.Warning] { session.takeWarnings() }

    private func read(at moment: SampleMoment, _ report: inout SourceReport) -> NetstatReading {
        var reading = NetstatReading(monotonicNs: moment.monotonicNs)
        reading.sockets = report.take(dump.read)
        reading.statistics = report.take(statistics.read)
        reading.statistics6 = report.take(statistics6.read)
        reading.protocols = report.take(protocols.read)
        reading.devices = report.take(devices.read)
        reading.counters = [
            take(snmp, 0, &report), take(extended, 1, &report), take(snmp6, 2, &report),
        ]
        if datagramsReadNs.map({ moment.monotonicNs &- $0 >= Self.datagramIntervalNs }) ?? true {
            datagramSockets = report.take(dump.readDatagramSockets) ?? []
            datagramsReadNs = moment.monotonicNs
        }
        reading.datagramSockets = datagramSockets
        return reading
    }

    private func take(
        _ file: KeptFile<ProtocolCounters>, _ place: Int, _ report: inout SourceReport
    ) -> ProtocolCounters {
        let known = previous?.counters[place]
        return report.take { () throws(ProcFSError) in try file.read(after: known) } ?? ProtocolCounters()
    }

    /// The interfaces that sockets are bound to.
    private func zones(of reading: NetstatReading) -> Set<UInt32> {
        var zones: Set<UInt32> = []
        for socket in reading.sockets ?? [] where socket.interface != 0 { zones.insert(socket.interface) }
        for socket in reading.datagramSockets where socket.interface != 0 { zones.insert(socket.interface) }
        return zones
    }

    /// Whether `/proc` does not even list the processes of some owners.
    private func isHiding(_ moment: SampleMoment) -> Bool {
        if let known = hidesProcesses, moment.monotonicNs &- known.readNs < Self.mountIntervalNs { return known.value }
        let value = hiding.option() != nil || hiding.showsOnlyProcesses
        hidesProcesses = (value, moment.monotonicNs)
        return value
    }

    private func findOwners(
        of sockets: [TCPSocket], _ moment: SampleMoment, _ report: inout SourceReport
    ) -> [UInt32: SocketOwners.Owner] {
        guard let owners else { return [:] }
        owners.update(for: sockets, datagram: datagramSockets, nowMs: moment.monotonicNs / 1_000_000)
        if owners.isDenied || isHiding(moment) { report.insert(.noPrivilege) }
        var found: [UInt32: SocketOwners.Owner] = [:]
        for socket in sockets where socket.inode != 0 { found[socket.inode] = owners[inode: socket.inode] }
        for socket in datagramSockets { found[socket.inode] = owners[inode: socket.inode] }
        return found
    }
}

extension NetstatProbe {
    private static func sockets(root: String, buffer: ReadBuffer) -> [CheckFinding] {
        let dump = SocketDump(root: root, buffer: buffer)
        do {
            let sockets = try dump.read()
            let owners = try SocketOwners(root: root)
            owners.update(for: sockets, nowMs: 0)
            let source =
                switch dump.source {
                case .netlink, .netlinkByFamily: "by netlink sock_diag"
                case .files: "from /proc/net/tcp, netlink was refused: no round trips and rates"
                }
            guard !owners.isDenied else {
                let remedy = "owners of other users' sockets are hidden; run as root or grant CAP_SYS_PTRACE"
                return [CheckFinding("sockets", .denied, "\(sockets.count) \(source); \(remedy)")]
            }
            return [CheckFinding("sockets", .fine, "\(sockets.count) \(source)")]
        } catch {
            return [CheckFinding("sockets", error)]
        }
    }
}

/// What the `netstat` probe sends.
package struct NetstatOptions: Sendable {
    /// The most rows of connections.
    package var connections: Int

    package init(connections: Int = 100) {
        self.connections = connections
    }

    /// 12 KB by default. A member of the sorted set may have 1 MiB.
    var maxBytes: Int {
        min(SampleLimits.collectedBytes, 12_000 + max(0, connections - 100) * 130)
    }
}
