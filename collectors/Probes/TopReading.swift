package import ProcFS

/// Everything the `top` probe reads of the whole host at one moment; nil where a source is missing.
package struct TopReading: Sendable {
    package var monotonicNs: UInt64
    package var stat: SystemStat?
    package var load: LoadAverage?
    package var uptime: Uptime?
    package var memory: MemoryInfo?
    package var counters: VirtualMemoryCounters?
    package var cpuPressure: Pressure?
    package var memoryPressure: Pressure?
    package var ioPressure: Pressure?
    /// Whole devices only.
    package var disks: [DiskStatistics.Device]?
    package var processes: [ProcessStat]

    package init(monotonicNs: UInt64, processes: [ProcessStat] = []) {
        self.monotonicNs = monotonicNs
        self.processes = processes
    }

    /// Seconds since an earlier reading; nil where time stood still.
    package func seconds(since previous: TopReading?) -> Double? {
        guard let previous, monotonicNs > previous.monotonicNs else { return nil }
        return Double(monotonicNs - previous.monotonicNs) / 1e9
    }
}
