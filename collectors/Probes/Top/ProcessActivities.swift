package import ProcFS

/// One process, and what it did since the last reading; nil if that is not known.
package struct ProcessActivity: Sendable, Equatable {
    package var process: ProcessStat
    /// Percent of one CPU. A process with several busy threads has more than 100.
    package var cpuPct: Double?
    package var majorFaultsPerS: Double?

    package var residentKiB: UInt64 = 0
}

/// What all processes did between two readings.
package struct ProcessActivities: Sendable {
    package private(set) var all: [ProcessActivity] = []
    /// CPU time of processes that began and ended within the interval, and of the last moments of others that ended in
    /// it, in percent of one CPU; nil without an earlier reading.
    package private(set) var exitedCPUPct: Double?
    /// CPU time that belongs to no known process: the used CPU time less that of all processes, including ended ones,
    /// in percent of one CPU; nil without an earlier reading.
    package private(set) var unattributedCPUPct: Double?

    package init(from previous: TopReading?, to current: TopReading, units: HostUnits) {
        let seconds = current.seconds(since: previous)
        let pctPerTick = seconds.map { 100 / Double(units.ticksPerSecond) / $0 }
        // However the kernel rounds, no process has more than all CPUs had.
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
                // User and system time are rounded separately, so a sum that is two ticks lower counts as unchanged.
                let ticks = process.ticks < old.ticks && old.ticks - process.ticks <= 2 ? old.ticks : process.ticks
                activity.cpuPct = Rate.perSecond(from: old.ticks, to: ticks, seconds: seconds).map {
                    min($0 * 100 / Double(units.ticksPerSecond), mostPct)
                }
                activity.majorFaultsPerS = Rate.perSecond(
                    from: old.majorFaults, to: process.majorFaults, seconds: seconds)
                exited.note(process, earlier: old.childTicks)
            } else {
                if let same { exited.noteEnded(at: same) }
                // If it is older, it was out of sight. What it and its children used in the interval is not known.
                if births.contain(process), let pctPerTick {
                    // It began within the interval, so all its time was used in it.
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
                min(mostPct, max(0, worked - exited - all.reduce(0) { $0 + ($1.cpuPct ?? 0) }))
            }
        }
    }

    /// The time that all CPUs worked for processes, including guests, in percent of one CPU.
    private static func workedPct(from previous: TopReading?, to current: TopReading, pctPerTick: Double?) -> Double? {
        guard let pctPerTick, let old = previous?.stat?.total, let new = current.stat?.total else { return nil }
        let parts: [KeyPath<CPUTicks, UInt64>] = [\.user, \.nice, \.system]
        return parts.reduce(0) { total, part in
            let (from, to) = (old[keyPath: part], new[keyPath: part])
            return to > from ? total + Double(to - from) * pctPerTick : total
        }
    }
}

/// The start times, in ticks after boot, of processes that began within the interval.
private struct Births {
    private let ticks: ClosedRange<Double>?

    init(from previous: TopReading?, to current: TopReading, units: HostUnits) {
        guard let start = previous?.ticksAfterBoot(units), let end = current.ticksAfterBoot(units), start <= end else {
            ticks = nil
            return
        }
        // Two ticks more at the beginning, because it is rounded down, and the time of the sweep itself at the end.
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
