package import ProcFS

/// What all processes did between two readings.
package struct ProcessActivities: Sendable {
    package private(set) var all: [ProcessActivity] = []
    /// CPU time of processes that lived and died within the interval, and of the last moments of those that died in
    /// it, in percent of one CPU; nil without an earlier reading.
    package private(set) var exitedCPUPct: Double?

    package init(from previous: TopReading?, to current: TopReading, units: HostUnits) {
        let seconds = current.seconds(since: previous)
        let before = Dictionary(
            (previous?.processes ?? []).map { ($0.pid, $0) }, uniquingKeysWith: { first, _ in first })
        let pctPerTick = seconds.map { 100 / Double(units.ticksPerSecond) / $0 }
        // A tick of grace: the start is rounded down to ticks, the uptime is not.
        let startedAfter = previous?.uptime.map { ($0.seconds - 0.02) * Double(units.ticksPerSecond) }
        all.reserveCapacity(current.processes.count)
        for process in current.processes {
            var activity = ProcessActivity(
                process: process, residentKiB: process.residentPages &* units.pageKiB)
            if let old = before[process.pid], old.startTicks == process.startTicks {
                activity.cpuPct = Self.increase(old.ticks, process.ticks, pctPerTick)
                activity.majorFaultsPerS = Rate.perSecond(
                    from: old.majorFaults, to: process.majorFaults, seconds: seconds)
            } else if let startedAfter, Double(process.startTicks) >= startedAfter {
                // Born within the interval: all it ever used, it used now.
                activity.cpuPct = Self.increase(0, process.ticks, pctPerTick)
                activity.majorFaultsPerS = Rate.perSecond(from: 0, to: process.majorFaults, seconds: seconds)
            }
            all.append(activity)
        }
        exitedCPUPct = pctPerTick.map { Double(Self.exitedTicks(before: before, now: current.processes)) * $0 }
    }

    private static func increase(_ from: UInt64, _ to: UInt64, _ pctPerTick: Double?) -> Double? {
        guard let pctPerTick, to >= from else { return nil }
        return Double(to - from) * pctPerTick
    }

    /// What parents took over from ended children, less what those children had shown as their own before.
    private static func exitedTicks(before: [Int32: ProcessStat], now: [ProcessStat]) -> UInt64 {
        var alive: [Int32: UInt64] = [:]
        alive.reserveCapacity(now.count)
        for process in now { alive[process.pid] = process.startTicks }
        var shown: [Int32: UInt64] = [:]
        for (pid, old) in before where alive[pid] != old.startTicks {
            // Its parent may have died in the same interval: then the next living ancestor took the time over.
            var heir = old.ppid
            var steps = 0
            while let parent = before[heir], alive[heir] != parent.startTicks, steps < 64 {
                heir = parent.ppid
                steps += 1
            }
            shown[heir, default: 0] &+= old.ticks &+ old.childTicks
        }
        var total: UInt64 = 0
        for process in now {
            let old = before[process.pid].flatMap { $0.startTicks == process.startTicks ? $0 : nil }
            let earlier = (old?.childTicks ?? 0) &+ (shown[process.pid] ?? 0)
            if process.childTicks > earlier { total &+= process.childTicks - earlier }
        }
        return total
    }
}
