import ArgumentParser
import CollectorAgent
import JSONBytes
import Probes
import ProcFS
import RedisClient
import TestSupport

/// A day of the collector by a driven clock: no gap, no id twice, no growth.
///
/// Reads a small `/proc` on disk in which processes come and go each hour. A program of its own, so that its memory is
/// the collector's alone.
@main
struct CollectorDay: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "collector-day", abstract: "Simulates the collector's day, and fails where it grows or skips.")

    @Option(help: "Hours to simulate.") var hours = 24
    @Option(help: "Milliseconds between samples of each probe.") var interval = 1000

    private static let startMs: Int64 = 1_763_690_000_000
    /// What an allocator may keep for itself, after the first two hours.
    private static let allowedGrowthKiB = 1024

    func validate() throws {
        guard (4...240).contains(hours) else { throw ValidationError("hours: allowed: 4 to 240") }
        guard (100...60_000).contains(interval) else { throw ValidationError("interval: allowed: 100 to 60000") }
    }

    func run() throws {
        try ScratchFolder.with { root in try simulate(root) }
    }

    private func simulate(_ root: String) throws {
        try HostTree.write(at: root, processes: 1..<6)
        var configuration = CollectorConfiguration(
            redis: try RedisEndpoint(url: "redis://127.0.0.1"), host: "web-1", interval: .milliseconds(interval))
        // No socket of the machine it runs on: what those cost and say differs by machine.
        configuration.probes = [.top]
        var day = Day(source: try SampleSource(configuration, root: root, startMs: Self.startMs), start: Self.startMs)
        var residentKiB: [Int] = []
        for hour in 0..<hours {
            if hour > 0 { try HostTree.replaceProcesses(at: root, hour: hour) }
            try day.pass(milliseconds: 3_600_000)
            residentKiB.append(Self.residentKiB())
        }
        let growth = (residentKiB.last ?? 0) - residentKiB[1]
        print(
            """
            collector-day: \(day.samples) samples of \(hours * 3_600_000 / interval) in \(hours) h, \(day.faults) faults, \
            resident \(residentKiB[1]) KiB after 2 h, \(residentKiB.last ?? 0) KiB at the end
            """)
        guard day.samples == hours * 3_600_000 / interval, day.faults == 0, growth <= Self.allowedGrowthKiB else {
            throw ExitCode.failure
        }
    }

    private static func residentKiB() -> Int {
        let pages = try? KeptFile<ResidentPages>(root: "", buffer: ReadBuffer()).read().pages
        return Int((pages ?? 0) * HostUnits.current().pageKiB)
    }
}

/// `/proc/self/statm` (proc_pid_statm(5)).
private struct ResidentPages: KernelFile {
    static let path = "proc/self/statm"
    var pages: UInt64

    init(parsing bytes: UnsafeRawBufferPointer) throws(ProcFSError) {
        pages = try ProcessMemory(parsing: bytes).residentPages
    }
}
