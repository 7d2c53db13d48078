import JSONBytes
import Probes
import ProcFS
import SampleContract
import SeededRandom

/// Feeds the collector's parsers: a value or a typed error, and samples of whatever they gave that are JSON.
struct KernelChecks {
    private let inputs: KernelInputs

    init() throws(KernelInputsMissing) {
        inputs = try KernelInputs(paths: KernelParsers.all.map(\.path))
    }

    /// Tries one input; gives it with what is wrong.
    func fault(number: Int, using random: inout SeededGenerator) -> (input: [UInt8], fault: String)? {
        switch number % 32 {
        case 0..<3: return reply(using: &random)
        case 3: return top(using: &random)
        case 4: return netstat(using: &random)
        case 5, 6: return command(using: &random)
        default:
            let parser = KernelParsers.all[Int.random(in: 0..<KernelParsers.all.count, using: &random)]
            let input = inputs.next(parser.path, using: &random)
            return parser.fault(input).map { (input, "\(parser.path): \($0)") }
        }
    }

    private func value<Content: KernelFile>(_ type: Content.Type, using random: inout SeededGenerator) -> Content? {
        try? type.init(parsing: inputs.next(type.path, using: &random))
    }

    private func reply(using random: inout SeededGenerator) -> (input: [UInt8], fault: String)? {
        let input = Datagram.next(using: &random)
        let sockets = input.withUnsafeBytes { bytes in
            (try? SockDiagReply(parsing: bytes, sequence: Datagram.sequence))?.sockets
        }
        let isTooMany = (sockets?.count ?? 0) > input.count / 88
        return isTooMany ? (input, "sock_diag: more sockets than there is room for") : nil
    }

    private func command(using random: inout SeededGenerator) -> (input: [UInt8], fault: String)? {
        let words = [
            "mysql", "-p", "--password=", "curl -u ", "://u:", "@h", "{\"token\":\"", "Authorization: Bearer ", "'",
            "docker login", "-----BEGIN", "htpasswd -b ", "openssl", "-passin pass:", "\\", "redis-cli AUTH ",
        ]
        var input = inputs.next(ProcessArguments.path, using: &random)
        for _ in 0..<3 {
            input.insert(
                contentsOf: Array((words.randomElement(using: &random) ?? "").utf8),
                at: Int.random(in: 0...input.count, using: &random))
        }
        guard let arguments = try? ProcessArguments(parsing: input).arguments,
            let text = CommandText.make(arguments: arguments)
        else { return nil }
        if text.count > CommandText.maxBytes { return (input, "a command line is too long") }
        var writer = JSONWriter()
        writer.string(utf8: text)
        return (try? JSONScanner.validate(writer.bytes)) == nil ? (input, "a command line is no JSON string") : nil
    }

    private func topReading(ns: UInt64, using random: inout SeededGenerator) -> TopReading {
        let processes = (0..<4).compactMap { _ in value(ProcessStat.self, using: &random) }
        var reading = TopReading(monotonicNs: ns, processes: processes)
        reading.stat = value(SystemStat.self, using: &random)
        reading.load = value(LoadAverage.self, using: &random)
        reading.uptime = value(Uptime.self, using: &random)
        reading.memory = value(MemoryInfo.self, using: &random)
        reading.counters = value(VirtualMemoryCounters.self, using: &random)
        reading.cpuPressure = value(Pressure.self, using: &random)
        reading.ioPressure = value(Pressure.self, using: &random)
        reading.disks = value(DiskStatistics.self, using: &random)?.devices
        return reading
    }

    private func top(using random: inout SeededGenerator) -> (input: [UInt8], fault: String)? {
        let before = topReading(ns: 1_000_000_000, using: &random)
        let now = topReading(ns: 2_000_000_000, using: &random)
        let activities = ProcessActivities(from: before, to: now, units: HostUnits())
        let rows = ProcessSelection(count: 40).rows(activities.all, traffic: ProcessTraffic(), pinned: [])
        let sample = TopSample(
            header: Self.header("top"), flags: [], previous: before, current: now, activities: activities,
            traffic: ProcessTraffic(), rows: rows, details: [:], units: HostUnits(), maxBytes: 10_000
        ).encode { 1 }
        guard let json = try? JSONValue(parsing: sample.bytes) else { return (sample.bytes, "a top sample is no JSON") }
        guard case .object(let shares)? = json["cpu"] else { return nil }
        let percentages = shares.values.compactMap(\.number)
        let isFair = percentages.allSatisfy { (0...100).contains($0) } && abs(percentages.reduce(0, +) - 100) < 0.001
        return isFair ? nil : (sample.bytes, "the CPU's parts are not 100 percent")
    }

    private func netstatReading(ns: UInt64, using random: inout SeededGenerator) -> NetstatReading {
        var reading = NetstatReading(monotonicNs: ns)
        let datagram = Datagram.next(using: &random)
        reading.sockets = datagram.withUnsafeBytes { bytes in
            (try? SockDiagReply(parsing: bytes, sequence: Datagram.sequence))?.sockets
        }
        if let table = value(SocketTable.self, using: &random) {
            reading.sockets = (reading.sockets ?? []) + table.sockets
        }
        reading.datagramSockets = value(SocketTable.self, using: &random)?.datagramSockets ?? []
        reading.statistics = value(SocketStatistics.self, using: &random)
        reading.statistics6 = value(SocketStatistics.self, using: &random)
        reading.devices = value(NetworkDevices.self, using: &random)
        reading.counters = [value(ProtocolCounters.self, using: &random) ?? ProtocolCounters()]
        return reading
    }

    private func netstat(using random: inout SeededGenerator) -> (input: [UInt8], fault: String)? {
        let before = netstatReading(ns: 1_000_000_000, using: &random)
        let now = netstatReading(ns: 2_000_000_000, using: &random)
        let connections = ConnectionActivity.all(from: before.sockets, to: now.sockets ?? [], seconds: 1)
        let sample = NetstatSample(
            header: Self.header("netstat"), flags: [], previous: before, current: now, connections: connections,
            rows: ConnectionSelection(count: 100).rows(connections), owners: [:], attributes: [:], maxBytes: 12_000
        ).encode { 1 }
        return (try? JSONScanner.validate(sample.bytes)) == nil ? (sample.bytes, "a netstat sample is no JSON") : nil
    }

    private static func header(_ probe: String) -> SampleHeader {
        SampleHeader(
            id: SampleID(host: "h", probe: probe, startMs: 1, seq: 1), epochMs: 1, boot: nil, intervalMs: 1000,
            dtMs: 1000)
    }
}
