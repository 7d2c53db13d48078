import ProcFS
import Testing

@testable import Probes

@Suite struct ProcessSelectionTests {
    private func activity(
        _ pid: Int, cpu: Double? = 0, rss: UInt64 = 0, state: Character = "S", flags: UInt64 = 0
    ) throws -> ProcessActivity {
        ProcessActivity(
            process: try Make.process(pid, state: state, flags: flags), cpuPct: cpu, residentKiB: rss)
    }

    @Test func `takes the top of each ranking by turns, and troubled and pinned ones before`() throws {
        let all = try [
            activity(1, cpu: 5, rss: 10), activity(2, cpu: 50, rss: 20), activity(3, rss: 900), activity(4, rss: 1),
            activity(5, state: "D"), activity(6, state: "Z"), activity(7), activity(8),
        ]
        var traffic = ProcessTraffic()
        for bytes in [0, 1000] as [UInt64] {
            traffic.update([(all[3].process, try io(written: bytes))], seconds: 1)
        }
        let rows = ProcessSelection(count: 1).rows(all, traffic: traffic, pinned: [8])
        #expect(rows.map { all[$0].process.pid } == [8, 5, 6, 2, 4, 3])
    }

    @Test func `all processes get a row where no number is given`() throws {
        let all = try [activity(1), activity(2)]
        #expect(ProcessSelection(count: nil).rows(all, traffic: ProcessTraffic(), pinned: []) == [0, 1])
    }

    @Test func `reads the traffic of rows and of those that ran, never of kernel threads`() throws {
        let all = try [
            activity(1, rss: 50), activity(2, cpu: 3), activity(3), activity(4, cpu: 90, flags: 0x0020_0000),
            activity(5, cpu: nil),
        ]
        let candidates = ProcessSelection(count: 1).candidatesForTraffic(all, pinned: [])
        #expect(candidates.map(\.process.pid) == [1, 2, 5])
    }

    @Test func `traffic needs two readings in a row of the same process`() throws {
        let process = try Make.process(7)
        let reused = try Make.process(7, start: 99)
        var traffic = ProcessTraffic()
        traffic.update([(process, try io(written: 100))], seconds: 1)
        #expect(traffic[7] == nil)
        traffic.update([(process, try io(written: 300))], seconds: 2)
        #expect(traffic[7] == .init(readBps: 0, writtenBps: 100))
        traffic.update([(reused, try io(written: 900))], seconds: 1)
        #expect(traffic[7] == nil)
        traffic.update([], seconds: 1)
        traffic.update([(reused, try io(written: 901))], seconds: 1)
        #expect(traffic[7] == nil)
    }

    private func io(written: UInt64) throws -> ProcessIO {
        try ProcessIO(parsing: Array("read_bytes: 0\nwrite_bytes: \(written)\n".utf8))
    }
}
