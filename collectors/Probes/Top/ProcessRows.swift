import JSONBytes
import ProcFS

/// The tables `procs` and `others` of one sample, kept within the sample's bound of bytes.
struct ProcessRows {
    private let sample: TopSample
    private let maxBytes: Int
    private(set) var isTruncated = false

    /// What `others` and the end of the sample take at most.
    private static let reserve = 240 + SampleTrailer.reserve
    /// A row without its command is about this long.
    private static let rowEstimate = 110

    init(sample: TopSample, maxBytes: Int) {
        self.sample = sample
        self.maxBytes = maxBytes
    }

    mutating func write(into writer: inout JSONWriter) {
        writer.key("procs")
        writer.beginObject()
        writer.columns([
            "pid", "start", "ppid", "user", "state", "cpuPct", "rssKiB", "virtKiB", "shrKiB", "threads", "prio",
            "nice", "timeMs", "rdBps", "wrBps", "majfltPerS", "unit", "comm", "cmd",
        ])
        writer.key("rows")
        writer.beginArray()
        let cut = commandLimit(room: maxBytes - Self.reserve - writer.bytes.count)
        var sent = Set<Int>(minimumCapacity: sample.rows.count)
        for index in sample.rows {
            let activity = sample.activities.all[index]
            let details = sample.details[activity.process.pid] ?? ProcessDetails()
            let command = details.command.map { CommandText.cut($0, to: cut) }
            let length = Self.rowEstimate + (command?.count ?? 4) + activity.process.comm.count
            guard writer.bytes.count + length + Self.reserve <= maxBytes else {
                isTruncated = true
                break
            }
            writeRow(activity, details, command, into: &writer)
            sent.insert(index)
        }
        writer.endArray()
        writer.endObject()
        writeOthers(sent: sent, into: &writer)
    }

    /// Commands are cut shorter before rows are left out.
    private func commandLimit(room: Int) -> Int {
        let lengths = sample.rows.map { sample.details[sample.activities.all[$0].process.pid]?.command?.count ?? 4 }
        let fixed = sample.rows.count * (Self.rowEstimate + 8)
        for limit in [256, 192, 128, 96, 64, 48]
        where fixed + lengths.reduce(0, { $0 + min($1, limit) }) <= room { return limit }
        return 32
    }

    private func writeRow(
        _ activity: ProcessActivity, _ details: ProcessDetails, _ command: ArraySlice<UInt8>?,
        into writer: inout JSONWriter
    ) {
        let process = activity.process
        let traffic = sample.traffic[process.pid]
        writer.beginArray()
        writer.integer(process.pid)
        writer.optional(milliseconds(process.startTicks))
        writer.integer(process.ppid)
        writer.optional(details.user)
        writer.string(utf8: [process.state])
        writer.optional(activity.cpuPct, decimals: 1)
        writer.integer(details.residentKiB ?? activity.residentKiB)
        writer.integer(process.virtualBytes / 1024)
        writer.optional(details.sharedKiB)
        writer.integer(process.threads)
        writer.integer(process.priority)
        writer.integer(process.nice)
        writer.optional(milliseconds(process.ticks))
        writer.rounded(traffic?.readBps)
        writer.rounded(traffic?.writtenBps)
        writer.optional(activity.majorFaultsPerS, decimals: 1)
        writer.optional(details.unit)
        writer.string(utf8: NameText.make(process.comm))
        if let command { writer.string(utf8: command) } else { writer.null() }
        writer.endArray()
    }

    /// nil for a number of ticks that no clock can have counted.
    private func milliseconds(_ ticks: UInt64) -> UInt64? {
        let (product, overflow) = ticks.multipliedReportingOverflow(by: 1000)
        return overflow ? nil : product / sample.units.ticksPerSecond
    }

    /// What the rows left out sum to, so that the table closes to the whole host.
    private func writeOthers(sent: Set<Int>, into writer: inout JSONWriter) {
        let left = sample.activities.all.indices.filter { !sent.contains($0) }.map { sample.activities.all[$0] }
        let isMeasured = sample.current.seconds(since: sample.previous) != nil
        writer.key("others")
        writer.beginObject()
        writer.field("count", UInt64(left.count))
        writer.field("cpuPct", isMeasured ? left.reduce(0) { $0 + ($1.cpuPct ?? 0) } : nil, decimals: 1)
        writer.field("rssKiB", left.reduce(0) { $0 &+ $1.residentKiB })
        writer.field("exitedCpuPct", sample.activities.exitedCPUPct, decimals: 1)
        writer.field("unattributedCpuPct", sample.activities.unattributedCPUPct, decimals: 1)
        writer.key("rdBps")
        writer.rounded(sum(left, \.readBps))
        writer.key("wrBps")
        writer.rounded(sum(left, \.writtenBps))
        writer.endObject()
    }

    /// Of those whose traffic was read; nil where none was.
    private func sum(_ left: [ProcessActivity], _ rate: KeyPath<ProcessTraffic.Rates, Double>) -> Double? {
        left.reduce(nil as Double?) { sum, activity in
            sample.traffic[activity.process.pid].map { $0[keyPath: rate] + (sum ?? 0) } ?? sum
        }
    }
}

/// What only the rows of a sample need of a process.
package struct ProcessDetails: Sendable, Equatable {
    package var user: String?
    /// More exact than `stat` has it on kernels that count by CPU.
    package var residentKiB: UInt64?
    package var sharedKiB: UInt64?
    package var unit: String?
    /// Redacted and cut; nil for kernel threads and where command lines are not sent.
    package var command: [UInt8]?

    package init(
        user: String? = nil, residentKiB: UInt64? = nil, sharedKiB: UInt64? = nil, unit: String? = nil,
        command: [UInt8]? = nil
    ) {
        self.user = user
        self.residentKiB = residentKiB
        self.sharedKiB = sharedKiB
        self.unit = unit
        self.command = command
    }
}
