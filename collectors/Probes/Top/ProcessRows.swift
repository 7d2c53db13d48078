import JSONBytes
import ProcFS
import SampleContract

/// The tables `procs` and `others` of one sample, within the byte limit of the sample.
struct ProcessRows {
    private let sample: TopSample
    private let maxBytes: Int
    private(set) var isTruncated = false

    /// The most bytes of `others` and the end of the sample.
    private static let reserve = 240 + OpenSample.endReserve
    /// The approximate length of a row without its command.
    private static let rowEstimate = 110

    init(sample: TopSample, maxBytes: Int) {
        self.sample = sample
        self.maxBytes = maxBytes
    }

    mutating func write(into writer: inout JSONWriter) {
        writer.key("procs")
        writer.beginObject()
        writer.names(of: Self.columns)
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
            let row = Row(
                process: activity.process, activity: activity, details: details, command: command,
                traffic: sample.traffic[activity.process.pid], units: sample.units)
            writer.row(row, Self.columns)
            sent.insert(index)
        }
        writer.endArray()
        writer.endObject()
        writeOthers(sent: sent, into: &writer)
    }

    /// Commands are cut before rows are left out.
    private func commandLimit(room: Int) -> Int {
        let lengths = sample.rows.map { sample.details[sample.activities.all[$0].process.pid]?.command?.count ?? 4 }
        let fixed = sample.rows.count * (Self.rowEstimate + 8)
        for limit in [256, 192, 128, 96, 64, 48]
        where fixed + lengths.reduce(0, { $0 + min($1, limit) }) <= room { return limit }
        return 32
    }

    private struct Row {
        var process: ProcessStat
        var activity: ProcessActivity
        var details: ProcessDetails
        var command: ArraySlice<UInt8>?
        var traffic: ProcessTraffic.Rates?
        var units: HostUnits

        /// nil if no clock can have counted so many ticks.
        func milliseconds(_ ticks: UInt64) -> UInt64? {
            let (product, overflow) = ticks.multipliedReportingOverflow(by: 1000)
            return overflow ? nil : product / units.ticksPerSecond
        }
    }

    private static let columns: [Column<Row>] = [
        Column("pid") { $1.integer($0.process.pid) },
        Column("start") { $1.optional($0.milliseconds($0.process.startTicks)) },
        Column("ppid") { $1.integer($0.process.ppid) },
        Column("user") { $1.optional($0.details.user) },
        Column("state") { $1.letter($0.process.state) },
        Column("cpuPct") { $1.optional($0.activity.cpuPct, decimals: 1) },
        Column("rssKiB") { $1.integer($0.details.residentKiB ?? $0.activity.residentKiB) },
        Column("virtKiB") { $1.integer($0.process.virtualBytes / 1024) },
        Column("shrKiB") { $1.optional($0.details.sharedKiB) },
        Column("threads") { $1.integer($0.process.threads) },
        Column("prio") { $1.integer($0.process.priority) },
        Column("nice") { $1.integer($0.process.nice) },
        Column("timeMs") { $1.optional($0.milliseconds($0.process.ticks)) },
        Column("rdBps") { $1.rounded($0.traffic?.readBps) },
        Column("wrBps") { $1.rounded($0.traffic?.writtenBps) },
        Column("majfltPerS") { $1.optional($0.activity.majorFaultsPerS, decimals: 1) },
        Column("unit") { $1.optional($0.details.unit) },
        Column("comm") { $1.string(utf8: NameText.make($0.process.comm)) },
        Column("cmd") { row, writer in
            if let command = row.command { writer.string(utf8: command) } else { writer.null() }
        },
    ]

    /// The sums of the rows that were left out, so that the table adds up to the whole host.
    private func writeOthers(sent: Set<Int>, into writer: inout JSONWriter) {
        var left = Sums()
        for index in sample.activities.all.indices where !sent.contains(index) {
            left.add(sample.activities.all[index], sample.traffic)
        }
        let isMeasured = sample.current.seconds(since: sample.previous) != nil
        writer.key("others")
        writer.beginObject()
        writer.field("count", left.count)
        writer.field("cpuPct", isMeasured ? left.cpuPct : nil, decimals: 1)
        writer.field("rssKiB", left.residentKiB)
        writer.field("exitedCpuPct", sample.activities.exitedCPUPct, decimals: 1)
        writer.field("unattributedCpuPct", sample.activities.unattributedCPUPct, decimals: 1)
        writer.field("rdBps", rounded: left.readBps)
        writer.field("wrBps", rounded: left.writtenBps)
        writer.endObject()
    }

    private struct Sums {
        var count: UInt64 = 0
        var cpuPct = 0.0
        var residentKiB: UInt64 = 0
        /// Of those whose traffic was read; nil if none was.
        var readBps: Double?
        var writtenBps: Double?

        mutating func add(_ activity: ProcessActivity, _ traffic: ProcessTraffic) {
            count += 1
            cpuPct += activity.cpuPct ?? 0
            residentKiB &+= activity.residentKiB
            guard let rates = traffic[activity.process.pid] else { return }
            readBps = (readBps ?? 0) + rates.readBps
            writtenBps = (writtenBps ?? 0) + rates.writtenBps
        }
    }
}

/// What only the rows of a sample need about a process.
package struct ProcessDetails: Sendable, Equatable {
    package var user: String?
    /// More exact than in `stat`, on kernels that count for each CPU.
    package var residentKiB: UInt64?
    package var sharedKiB: UInt64?
    package var unit: String?
    /// Redacted and cut; nil for kernel threads, and if command lines are not sent.
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
