package import ProcFS

/// One process and what it did since the reading before; nil where that is not known.
package struct ProcessActivity: Sendable, Equatable {
    package var process: ProcessStat
    /// Percent of one CPU: a process with several busy threads exceeds 100.
    package var cpuPct: Double?
    package var majorFaultsPerS: Double?

    package var residentKiB: UInt64 = 0
}

/// What all processes did between two readings.
package struct ProcessActivities: Sendable {
    package private(set) var all: [ProcessActivity] = []
    /// CPU time of processes that lived and died within the interval, and of the last moments of those that died in
    /// it, in percent of one CPU; nil without an earlier reading.
    package private(set) var exitedCPUPct: Double?
    /// What the CPUs worked for processes that no process has: used CPU time less that of all processes, ended ones
    /// among them, in percent of one CPU; nil without an earlier reading.
    package private(set) var unattributedCPUPct: Double?

    package init(from previous: TopReading?, to current: TopReading, units: HostUnits) {
        let seconds = current.seconds(since: previous)
        let pctPerTick = seconds.map { 100 / Double(units.ticksPerSecond) / $0 }
        // No process has more than all CPUs had, whatever the kernel's rounding says.
        let mostPct = current.stat.flatMap { $0.cpus.isEmpty ? nil : 100 * Double($0.cpus.count) } ?? .infinity
        let births = Births(from: previous, to: current, units: units)
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
                // User and system time are rounded each by itself: a sum that is two ticks back stood still.
                let ticks = process.ticks < old.ticks && old.ticks - process.ticks <= 2 ? old.ticks : process.ticks
                activity.cpuPct = Rate.perSecond(from: old.ticks, to: ticks, seconds: seconds).map {
                    min($0 * 100 / Double(units.ticksPerSecond), mostPct)
                }
                activity.majorFaultsPerS = Rate.perSecond(
                    from: old.majorFaults, to: process.majorFaults, seconds: seconds)
                exited.note(process, earlier: old.childTicks)
            } else {
                if let same { exited.noteEnded(at: same) }
                // One that is older was out of sight: what it used in the interval is not known, nor its children.
                if births.contain(process), let pctPerTick {
                    // Born within the interval: all it ever used, it used now.
                    exited.note(process, earlier: 0)
                    activity.cpuPct = min(Double(process.ticks) * pctPerTick, mostPct)
                    activity.majorFaultsPerS = Rate.perSecond(from: 0, to: process.majorFaults, seconds: seconds)
                }
            }
            all.append(activity)
        }
        walk.finish { exited.noteEnded(at: $0) }
        exitedCPUPct = pctPerTick.map { min(Double(exited.ticks()) * $0, mostPct) }
        unattributedCPUPct = exitedCPUPct.flatMap { exited in
            Self.workedPct(from: previous, to: current, pctPerTick: pctPerTick).map { worked in
                max(0, worked - exited - all.reduce(0) { $0 + ($1.cpuPct ?? 0) })
            }
        }
    }

    /// What all CPUs worked for processes, guests among it, in percent of one CPU.
    private static func workedPct(from previous: TopReading?, to current: TopReading, pctPerTick: Double?) -> Double? {
        guard let pctPerTick, let old = previous?.stat?.total, let new = current.stat?.total else { return nil }
        let parts: [KeyPath<CPUTicks, UInt64>] = [\.user, \.nice, \.system]
        return parts.reduce(0) { total, part in
            let (from, to) = (old[keyPath: part], new[keyPath: part])
            return to > from ? total + Double(to - from) * pctPerTick : total
        }
    }
}

/// The ticks after boot in which a process was born within the interval.
private struct Births {
    private let ticks: ClosedRange<Double>?

    init(from previous: TopReading?, to current: TopReading, units: HostUnits) {
        guard let start = previous?.ticksAfterBoot(units), let end = current.ticksAfterBoot(units), start <= end else {
            ticks = nil
            return
        }
        // Two ticks of grace at the start, as it is rounded down; and what the sweep itself took, at the end.
        ticks = (start - 2)...(end + 10 * Double(units.ticksPerSecond))
    }

    func contain(_ process: ProcessStat) -> Bool {
        ticks?.contains(Double(process.startTicks)) ?? false
    }
}

extension TopReading {
    fileprivate func ticksAfterBoot(_ units: HostUnits) -> Double? {
        (bootNs.map { Double($0) / 1e9 } ?? uptime?.seconds).map { $0 * Double(units.ticksPerSecond) }
    }
}
