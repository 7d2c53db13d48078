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
