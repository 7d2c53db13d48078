package import ProcFS

/// The bytes that processes read from storage and wrote to it between two samples.
package struct ProcessTraffic: Sendable {
    /// Bytes per second.
    package struct Rates: Sendable, Equatable {
        package var readBps: Double
        package var writtenBps: Double

        var total: Double { readBps + writtenBps }
    }

    /// Identifies a process forever. Its number may be used again, but not together with its start.
    private struct Identity: Hashable {
        var pid: Int32
        var startTicks: UInt64
    }

    private var counters: [Identity: ProcessIO] = [:]
    private var rates: [Int32: Rates] = [:]

    package init() {}

    /// The rates of a process; nil if it was not read at both samples.
    package subscript(pid: Int32) -> Rates? { rates[pid] }

    /// Takes the counters of this sample. Only processes that were read at the last sample too get rates.
    package mutating func update(_ readings: [(process: ProcessStat, io: ProcessIO)], seconds: Double?) {
        var next: [Identity: ProcessIO] = [:]
        rates.removeAll(keepingCapacity: true)
        for (process, io) in readings {
            let identity = Identity(pid: process.pid, startTicks: process.startTicks)
            next[identity] = io
            guard let old = counters[identity], let seconds, seconds > 0,
                let read = Rate.perSecond(from: old.readBytes, to: io.readBytes, seconds: seconds)
            else { continue }
            // If more was dropped than written, nothing was written.
            let written = max(0, Double(io.writtenBytes) - Double(old.writtenBytes)) / seconds
            rates[process.pid] = Rates(readBps: read, writtenBps: written)
        }
        counters = next
    }
}
