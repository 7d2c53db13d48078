package import ProcFS

/// What all processes did between two readings.
package struct ProcessActivities: Sendable {
    package private(set) var all: [ProcessActivity] = []
    /// CPU time of processes that lived and died within the interval, and of the last moments of those that died in
    /// it, in percent of one CPU; nil without an earlier reading.
    package private(set) var exitedCPUPct: Double?

    package init(from previous: TopReading?, to current: TopReading, units: HostUnits) {
        let seconds = current.seconds(since: previous)
        let pctPerTick = seconds.map { 100 / Double(units.ticksPerSecond) / $0 }
        // A tick of grace: the start is rounded down to ticks, the uptime is not.
        let startedAfter = previous?.uptime.map { ($0.seconds - 0.02) * Double(units.ticksPerSecond) }
        let before = ProcessList(previous?.processes ?? [])
        let now = ProcessList(current.processes)
        var walk = before.walk()
        var exited = ExitedTime(before: before, now: now)
        all.reserveCapacity(now.processes.count)
        for process in now.processes {
            var activity = ProcessActivity(process: process, residentKiB: process.residentPages &* units.pageKiB)
            let same = walk.advance(to: process.pid) { exited.noteEnded(at: $0) }
            let old = same.map { before.processes[$0] }
            if let old, old.startTicks == process.startTicks {
                activity.cpuPct = Self.increase(old.ticks, process.ticks, pctPerTick)
                activity.majorFaultsPerS = Rate.perSecond(
                    from: old.majorFaults, to: process.majorFaults, seconds: seconds)
                exited.note(process, earlier: old.childTicks)
            } else {
                if let same { exited.noteEnded(at: same) }
                exited.note(process, earlier: 0)
                if let startedAfter, Double(process.startTicks) >= startedAfter {
                    // Born within the interval: all it ever used, it used now.
                    activity.cpuPct = Self.increase(0, process.ticks, pctPerTick)
                    activity.majorFaultsPerS = Rate.perSecond(from: 0, to: process.majorFaults, seconds: seconds)
                }
            }
            all.append(activity)
        }
        walk.finish { exited.noteEnded(at: $0) }
        exitedCPUPct = pctPerTick.map { Double(exited.ticks()) * $0 }
    }

    private static func increase(_ from: UInt64, _ to: UInt64, _ pctPerTick: Double?) -> Double? {
        guard let pctPerTick, to >= from else { return nil }
        return Double(to - from) * pctPerTick
    }
}
