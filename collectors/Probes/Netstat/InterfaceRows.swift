import JSONBytes
package import ProcFS
import SampleContract

/// The table `ifs`: the most interesting interfaces in the kernel's order, and the sums of the rest.
struct InterfaceRows {
    /// At most this many interfaces are sent. Hosts with containers have hundreds.
    static let most = 48

    private let rates: [InterfaceRates]
    private let attributes: [[UInt8]: InterfaceAttributes]

    init(
        devices: [NetworkDevices.Device], earlier: [NetworkDevices.Device], seconds: Double?,
        attributes: [[UInt8]: InterfaceAttributes]
    ) {
        let places = Dictionary(
            earlier.indices.map { (earlier[$0].name, $0) }, uniquingKeysWith: { first, _ in first })
        rates = devices.map { device in
            InterfaceRates(from: places[device.name].map { earlier[$0] }, to: device, seconds: seconds)
        }
        self.attributes = attributes
    }

    /// Returns false if interfaces were left out.
    func write(into writer: inout JSONWriter) -> Bool {
        let shown = Ranking.chosen(Self.most, of: rates.count) { index in
            let rate = rates[index]
            let isUp = attributes[rate.name]?.isUp == true
            return Worth(rate.troublesPerS, rate.bps, isUp ? 1 : 0)
        }
        writer.beginObject()
        writer.table(
            Self.columns,
            rows: shown.sorted().lazy.map {
                (rates: rates[$0], attributes: attributes[rates[$0].name])
            })
        let left = Ranking.left(of: rates.count, shown: shown).map { rates[$0] }
        writer.others(left.count) { $0.members(left, Self.sums) }
        writer.endObject()
        return left.isEmpty
    }

    private static let columns: [Column<(rates: InterfaceRates, attributes: InterfaceAttributes?)>] = [
        Column("name") { $1.string(utf8: NameText.make($0.rates.name)) },
        Column("rxBps") { $1.rounded($0.rates.receivedBps) },
        Column("txBps") { $1.rounded($0.rates.sentBps) },
        Column("rxPps") { $1.optional($0.rates.receivedPps, decimals: 1) },
        Column("txPps") { $1.optional($0.rates.sentPps, decimals: 1) },
        Column("rxErrPerS") { $1.optional($0.rates.receiveErrorsPerS, decimals: 1) },
        Column("txErrPerS") { $1.optional($0.rates.sendErrorsPerS, decimals: 1) },
        Column("rxDropPerS") { $1.optional($0.rates.receiveDropsPerS, decimals: 1) },
        Column("txDropPerS") { $1.optional($0.rates.sendDropsPerS, decimals: 1) },
        Column("up") { $1.optional($0.attributes?.isUp) },
        Column("speedMbps") { $1.optional($0.attributes?.speedMbps) },
    ]

    /// The sums of the interfaces that were left out.
    private static let sums: [Column<[InterfaceRates]>] = [
        Column("rxBps") { $1.optional(Ranking.sum($0, \.receivedBps), decimals: 1) },
        Column("txBps") { $1.optional(Ranking.sum($0, \.sentBps), decimals: 1) },
        Column("rxPps") { $1.optional(Ranking.sum($0, \.receivedPps), decimals: 1) },
        Column("txPps") { $1.optional(Ranking.sum($0, \.sentPps), decimals: 1) },
        Column("rxErrPerS") { $1.optional(Ranking.sum($0, \.receiveErrorsPerS), decimals: 1) },
        Column("txErrPerS") { $1.optional(Ranking.sum($0, \.sendErrorsPerS), decimals: 1) },
        Column("rxDropPerS") { $1.optional(Ranking.sum($0, \.receiveDropsPerS), decimals: 1) },
        Column("txDropPerS") { $1.optional(Ranking.sum($0, \.sendDropsPerS), decimals: 1) },
    ]
}

extension InterfaceRates {
    fileprivate var bps: Double { (receivedBps ?? 0) + (sentBps ?? 0) }

    /// An interface that loses anything comes before busier ones. How much it loses does not matter.
    fileprivate var troublesPerS: Double {
        [receiveErrorsPerS, sendErrorsPerS].contains { $0 ?? 0 > 0 } ? 1 : 0
    }
}

/// The traffic of one interface between two readings; nil if a counter went backwards or is new.
package struct InterfaceRates: Sendable, Equatable {
    package var name: [UInt8]
    package var receivedBps: Double?
    package var sentBps: Double?
    package var receivedPps: Double?
    package var sentPps: Double?
    package var receiveErrorsPerS: Double?
    package var sendErrorsPerS: Double?
    package var receiveDropsPerS: Double?
    package var sendDropsPerS: Double?

    package init(from previous: NetworkDevices.Device?, to current: NetworkDevices.Device, seconds: Double?) {
        func rate(_ path: KeyPath<NetworkDevices.Device, UInt64>) -> Double? {
            Rate.perSecond(from: previous?[keyPath: path], to: current[keyPath: path], seconds: seconds)
        }
        name = current.name
        receivedBps = rate(\.rxBytes)
        sentBps = rate(\.txBytes)
        receivedPps = rate(\.rxPackets)
        sentPps = rate(\.txPackets)
        receiveErrorsPerS = rate(\.rxErrors)
        sendErrorsPerS = rate(\.txErrors)
        receiveDropsPerS = rate(\.rxDropped)
        sendDropsPerS = rate(\.txDropped)
    }
}
