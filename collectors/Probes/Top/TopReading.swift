package import ProcFS

/// Everything that the `top` probe reads about the whole host at one time; nil if a source is missing.
package struct TopReading: ProbeReading, Sendable {
    package var monotonicNs: UInt64
    /// Nanoseconds after boot, just before the processes were read. It is the same clock as that of the processes'
    /// starts, while `/proc/uptime` is another one under lxcfs. nil for a copied tree.
    package var bootNs: UInt64?
    package var stat: SystemStat?
    package var load: LoadAverage?
    package var uptime: Uptime?
    package var memory: MemoryInfo?
    /// Read only if the kernel does not say how much is available.
    package var minimumFree: MinimumFree?
    package var zfsCache: ZFSCache?
    package var counters: VirtualMemoryCounters?
    package var cpuPressure: Pressure?
    package var memoryPressure: Pressure?
    package var ioPressure: Pressure?
    /// Whole devices only.
    package var disks: [DiskStatistics.Device]?
    package var processes: [ProcessStat]
    /// Whether `/proc` is mounted so that this user sees only their own processes.
    package var hidesProcesses = false

    package init(monotonicNs: UInt64, processes: [ProcessStat] = []) {
        self.monotonicNs = monotonicNs
        self.processes = processes
    }

    /// If `/proc` hides processes: threads that the kernel counts and that were not seen. Otherwise nil, because the
    /// kernel also counts those of other namespaces.
    func hiddenThreads(seen: UInt64) -> UInt64? {
        guard hidesProcesses, let all = load?.threads else { return nil }
        return all > seen ? all - seen : 0
    }
}

/// Processes by state, as in the second line of top.
package struct TaskCounts: Sendable, Equatable {
    package var total: UInt64 = 0
    package var running: UInt64 = 0
    package var sleeping: UInt64 = 0
    package var stopped: UInt64 = 0
    package var zombie: UInt64 = 0
    package var uninterruptible: UInt64 = 0
    package var threads: UInt64 = 0

    package init(_ processes: [ProcessStat]) {
        for process in processes {
            total += 1
            threads &+= process.threads
            switch process.state {
            case UInt8(ascii: "R"): running += 1
            case UInt8(ascii: "D"): uninterruptible += 1
            case UInt8(ascii: "Z"), UInt8(ascii: "X"): zombie += 1
            case UInt8(ascii: "T"), UInt8(ascii: "t"): stopped += 1
            default: sleeping += 1
            }
        }
    }
}
