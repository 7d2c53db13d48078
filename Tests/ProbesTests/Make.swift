import JSONBytes
import Probes
import SampleContract

@testable import ProcFS

/// Readings as short as a test needs them.
enum Make {
    static func ticks(
        user: UInt64 = 0, nice: UInt64 = 0, system: UInt64 = 0, idle: UInt64 = 0, iowait: UInt64 = 0,
        irq: UInt64 = 0, softirq: UInt64 = 0, steal: UInt64 = 0, guest: UInt64 = 0, guestNice: UInt64 = 0
    ) -> CPUTicks {
        var ticks = CPUTicks()
        ticks.user = user
        ticks.nice = nice
        ticks.system = system
        ticks.idle = idle
        ticks.iowait = iowait
        ticks.irq = irq
        ticks.softirq = softirq
        ticks.steal = steal
        ticks.guest = guest
        ticks.guestNice = guestNice
        return ticks
    }

    static func process(
        _ pid: Int, comm: String = "p", state: Character = "S", ppid: Int = 1, ticks: UInt64 = 0,
        children: UInt64 = 0, start: UInt64 = 50, pages: UInt64 = 0, faults: UInt64 = 0, flags: UInt64 = 0
    ) throws -> ProcessStat {
        let text = """
            \(pid) (\(comm)) \(state) \(ppid) 1 1 0 -1 \(flags) 0 0 \(faults) 0 \(ticks) 0 \(children) 0 20 0 2 0 \
            \(start) 4096000 \(pages) 0
            """
        return try ProcessStat(parsing: Array(text.utf8))
    }

    static func top(atMs ms: UInt64, _ processes: [ProcessStat] = [], uptime: Double = 100) throws -> TopReading {
        var reading = TopReading(monotonicNs: ms * 1_000_000, processes: processes)
        reading.uptime = try Uptime(parsing: Array("\(uptime) 1".utf8))
        return reading
    }

    static func header(_ probe: String, dtMs: Double? = 1000) -> SampleHeader {
        SampleHeader(
            id: SampleID(host: "web-1", probe: probe, startMs: 255, seq: 7), epochMs: 1_763_690_000_123,
            boot: "0f3c5a1e", intervalMs: 1000, dtMs: dtMs)
    }

    static func socket(
        _ cookie: UInt64, state: TCPState = .established, local: UInt16 = 80, remote: UInt16 = 5000,
        from address: UInt32 = 0x0A00_0002, receiveQueue: UInt32 = 0, sendQueue: UInt32? = 0, inode: UInt32 = 9,
        metrics: TCPMetrics? = nil
    ) -> TCPSocket {
        TCPSocket(
            state: state, localAddress: IPAddress(v4: 0x0A00_0001), localPort: local,
            remoteAddress: IPAddress(v4: address), remotePort: remote, receiveQueue: receiveQueue,
            sendQueue: sendQueue, uid: 33, inode: inode, cookie: cookie, metrics: metrics)
    }

    static func metrics(received: UInt64 = 0, acknowledged: UInt64 = 0, retransmits: UInt32 = 0) -> TCPMetrics {
        TCPMetrics(
            roundTripUs: 1500, retransmits: retransmits, bytesAcknowledged: acknowledged, bytesReceived: received)
    }
}

extension JSONValue {
    /// The rows of a columnar table as objects.
    var table: [JSONValue]? {
        guard let columns = self["cols"]?.array?.compactMap(\.string), let rows = self["rows"]?.array else {
            return nil
        }
        return rows.map { row in
            .object(Dictionary(zip(columns, row.array ?? []), uniquingKeysWith: { first, _ in first }))
        }
    }
}

extension SampleMoment {
    /// A moment so many seconds after the first.
    static func make(_ seq: UInt64, atS seconds: UInt64) -> SampleMoment {
        SampleMoment(
            host: "h", startMs: 1, seq: seq, epochMs: Int64(seconds) * 1000, monotonicNs: seconds * 1_000_000_000,
            intervalMs: 2000, boot: nil, startedCPUNs: 0)
    }
}
