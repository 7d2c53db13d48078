package import ProcFS

/// One process and what it did since the reading before; nil where that is not known.
package struct ProcessActivity: Sendable, Equatable {
    package var process: ProcessStat
    /// Percent of one CPU: a process with several busy threads exceeds 100.
    package var cpuPct: Double?
    package var majorFaultsPerS: Double?

    package var residentKiB: UInt64 = 0
}
