package import ProcFS

/// What processes read from and wrote to storage between two samples.
package struct ProcessTraffic: Sendable {
    /// Bytes per second.
    package struct Rates: Sendable, Equatable {
        package var readBps: Double
        package var writtenBps: Double

        var total: Double { readBps + writtenBps }
    }

    /// A process for ever: its number may be used again, its number and start may not.
    private struct Identity: Hashable {
        var pid: Int32
        var startTicks: UInt64
    }

    private var counters: [Identity: ProcessIO] = [:]
    private var rates: [Int32: Rates] = [:]

    package init() {}

    /// The rates of a process; nil where it was not read at both samples.
    package subscript(pid: Int32) -> Rates? { rates[pid] }

    /// Takes the counters of this sample; only processes read at the sample before get rates.
    package mutating func update(_ readings: [(process: ProcessStat, io: ProcessIO)], seconds: Double?) {
        var next: [Identity: ProcessIO] = [:]
        rates.removeAll(keepingCapacity: true)
        for (process, io) in readings {
            let identity = Identity(pid: process.pid, startTicks: process.startTicks)
            next[identity] = io
            guard let old = counters[identity], let seconds, seconds > 0,
                let read = Rate.perSecond(from: old.readBytes, to: io.readBytes, seconds: seconds)
            else { continue }
            // More thrown away than written is nothing written.
            let written = max(0, Double(io.writtenBytes) - Double(old.writtenBytes)) / seconds
            rates[process.pid] = Rates(readBps: read, writtenBps: written)
        }
        counters = next
    }
}
