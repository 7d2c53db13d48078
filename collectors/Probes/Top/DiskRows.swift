import JSONBytes
import ProcFS
import SampleContract

/// The table `disks`: the busiest devices in the kernel's order, and the sums of the rest.
struct DiskRows {
    /// At most this many devices are sent. Hosts with multipath have thousands.
    static let most = 128

    private let rates: [DiskRates]

    init(disks: [DiskStatistics.Device], earlier: [DiskStatistics.Device], seconds: Double?) {
        let places = Dictionary(
            earlier.indices.map { (earlier[$0].name, $0) }, uniquingKeysWith: { first, _ in first })
        rates = disks.map { disk in
            DiskRates(from: places[disk.name].map { earlier[$0] }, to: disk, seconds: seconds)
        }
    }

    func write(into writer: inout JSONWriter) {
        let shown = Ranking.chosen(Self.most, of: rates.count) { index in
            let rate = rates[index]
            let bps = (rate.readBps ?? 0) + (rate.writtenBps ?? 0)
            return Worth(rate.utilisationPct ?? 0, bps, Double(rate.inFlight ?? 0))
        }
        writer.beginObject()
        writer.table(Self.columns, rows: shown.sorted().lazy.map { rates[$0] })
        let left = Ranking.left(of: rates.count, shown: shown).map { rates[$0] }
        writer.others(left.count) { writer in
            writer.field("rdBps", Ranking.sum(left, \.readBps), decimals: 1)
            writer.field("wrBps", Ranking.sum(left, \.writtenBps), decimals: 1)
            writer.field("rdPerS", Ranking.sum(left, \.readsPerS), decimals: 1)
            writer.field("wrPerS", Ranking.sum(left, \.writesPerS), decimals: 1)
        }
        writer.endObject()
    }

    private static let columns: [Column<DiskRates>] = [
        Column("name") { $1.string(utf8: NameText.make($0.name)) },
        Column("rdBps") { $1.rounded($0.readBps) },
        Column("wrBps") { $1.rounded($0.writtenBps) },
        Column("rdPerS") { $1.optional($0.readsPerS, decimals: 1) },
        Column("wrPerS") { $1.optional($0.writesPerS, decimals: 1) },
        Column("utilPct") { $1.optional($0.utilisationPct, decimals: 1) },
        Column("inflight") { $1.optional($0.inFlight) },
    ]
}

/// What one block device did between two readings; nil if a counter went backwards or is new.
package struct DiskRates: Sendable, Equatable {
    package var name: [UInt8]
    package var readBps: Double?
    package var writtenBps: Double?
    package var readsPerS: Double?
    package var writesPerS: Double?
    package var utilisationPct: Double?
    /// nil if the kernel's count is wrong.
    package var inFlight: UInt64?

    /// The bytes of a sector in this file, which may differ from the sectors of the device.
    private static let sector = 512.0

    init(from previous: DiskStatistics.Device?, to current: DiskStatistics.Device, seconds: Double?) {
        func rate(_ path: KeyPath<DiskStatistics.Device, UInt64>) -> Double? {
            Rate.perSecond(from: previous?[keyPath: path], to: current[keyPath: path], seconds: seconds)
        }
        name = current.name
        readBps = rate(\.sectorsRead).map { $0 * Self.sector }
        writtenBps = rate(\.sectorsWritten).map { $0 * Self.sector }
        readsPerS = rate(\.reads)
        writesPerS = rate(\.writes)
        // Milliseconds per second are tenths of a percent. The kernel may count a little more than the interval.
        utilisationPct = rate(\.busyMs).map { min(100, $0 / 10) }
        inFlight = current.inFlight
    }
}
