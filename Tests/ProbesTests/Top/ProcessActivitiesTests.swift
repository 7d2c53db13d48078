import Probes
import ProcFS
import Testing

@Suite struct ProcessActivitiesTests {
    private let units = HostUnits(ticksPerSecond: 100, pageKiB: 4)

    private func activities(_ before: [ProcessStat], _ after: [ProcessStat], ms: UInt64 = 2000) throws
        -> ProcessActivities
    {
        ProcessActivities(
            from: try Make.top(atMs: 1000, before), to: try Make.top(atMs: 1000 + ms, after, uptime: 102), units: units)
    }

    @Test func `CPU is percent of one CPU over the real interval`() throws {
        let all = try activities(
            [Make.process(7, ticks: 100, faults: 4)], [Make.process(7, ticks: 600, pages: 25, faults: 10)]
        ).all
        #expect(all.map(\.cpuPct) == [250])
        #expect(all.map(\.majorFaultsPerS) == [3])
        #expect(all.map(\.residentKiB) == [100])
    }

    @Test func `the first reading has no rates`() throws {
        let all = ProcessActivities(from: nil, to: try Make.top(atMs: 1, [Make.process(7, ticks: 9)]), units: units)
        #expect(all.all.map(\.cpuPct) == [nil])
        #expect(all.exitedCPUPct == nil)
    }

    @Test func `a process born within the interval used all its time in it`() throws {
        // Uptime 100 s at the first reading: tick 10 000.
        let all = try activities([], [Make.process(8, ticks: 50, start: 10_100), Make.process(9, ticks: 50, start: 3)])
        #expect(all.all.map(\.cpuPct) == [25, nil])
    }

    @Test func `a reused number is a new process, not a negative one`() throws {
        let all = try activities([Make.process(7, ticks: 900)], [Make.process(7, ticks: 20, start: 10_050)]).all
        #expect(all.map(\.cpuPct) == [10])
    }

    @Test func `time that went backwards is unknown`() throws {
        let all = try activities([Make.process(7, ticks: 900, faults: 3)], [Make.process(7, ticks: 20, faults: 1)]).all
        #expect(all.map(\.cpuPct) == [nil])
        #expect(all.map(\.majorFaultsPerS) == [nil])
    }

    @Test func `a tick back is a tick back`() throws {
        let all = try activities([Make.process(7, ticks: 900, faults: 3)], [Make.process(7, ticks: 899, faults: 3)]).all
        #expect(all.map(\.cpuPct) == [0])
        #expect(try activities([Make.process(7, ticks: 3)], [Make.process(7, ticks: 1)]).all.map(\.cpuPct) == [0])
    }

    @Test func `a process that was out of sight is not born, whatever it and its children used`() throws {
        // It began before the first reading by the clock of the processes, which /proc/uptime of a container is not.
        var before = try Make.top(atMs: 1000, uptime: 3)
        var after = try Make.top(atMs: 3000, [Make.process(8, ticks: 90_000, children: 40_000, start: 9000)], uptime: 5)
        before.bootNs = 100_000_000_000
        after.bootNs = 102_000_000_000
        let found = ProcessActivities(from: before, to: after, units: units)
        #expect(found.all.map(\.cpuPct) == [nil])
        #expect(found.exitedCPUPct == 0)
        // Nor one whose start lies in the future.
        after.processes = [try Make.process(8, ticks: 90_000, start: 90_000_000)]
        #expect(ProcessActivities(from: before, to: after, units: units).all.map(\.cpuPct) == [nil])
    }

    @Test func `no process has more than the CPUs had, and what nobody has is told`() throws {
        func reading(_ ms: UInt64, ticks: UInt64, used: UInt64, uptime: Double) throws -> TopReading {
            var reading = try Make.top(atMs: ms, [Make.process(7, ticks: ticks)], uptime: uptime)
            reading.stat = try SystemStat(parsing: Array("cpu \(used) 0 0 0\ncpu0 \(used) 0 0 0\ncpu1 0 0 0 0\n".utf8))
            return reading
        }
        let most = ProcessActivities(
            from: try reading(1000, ticks: 0, used: 0, uptime: 100),
            to: try reading(2000, ticks: 793, used: 200, uptime: 101), units: units)
        #expect(most.all.map(\.cpuPct) == [200])
        #expect(most.unattributedCPUPct == 0)
        let lost = ProcessActivities(
            from: try reading(1000, ticks: 0, used: 0, uptime: 100),
            to: try reading(2000, ticks: 169, used: 200, uptime: 101), units: units)
        #expect(lost.unattributedCPUPct == 31)
    }

    @Test func `children that lived and died unseen show in their parent`() throws {
        let exited = try activities([Make.process(5, children: 100)], [Make.process(5, children: 220)]).exitedCPUPct
        #expect(exited == 60)
    }

    @Test func `of a child that was seen only its last moments count`() throws {
        let before = [try Make.process(5), try Make.process(6, ppid: 5, ticks: 80, children: 20)]
        #expect(try activities(before, [Make.process(5, children: 130)]).exitedCPUPct == 15)
        // One that nobody waited for never shows up, and never counts as negative.
        #expect(try activities(before, [Make.process(5)]).exitedCPUPct == 0)
    }

    @Test func `a parent that died too hands its children's time to the next living ancestor`() throws {
        let before = try [
            Make.process(4), Make.process(5, ppid: 4, ticks: 30), Make.process(6, ppid: 5, ticks: 70),
        ]
        #expect(try activities(before, [Make.process(4, children: 110)]).exitedCPUPct == 5)
    }
}
