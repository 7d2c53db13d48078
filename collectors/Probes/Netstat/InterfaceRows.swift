import JSONBytes
package import ProcFS

/// The table `ifs`: the most telling interfaces, in the kernel's order, and what the rest sums to.
struct InterfaceRows {
    /// No more interfaces than this are sent: hosts with containers have hundreds.
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

    /// Gives false where interfaces were left out.
    func write(into writer: inout JSONWriter) -> Bool {
        let shown = Ranking.chosen(Self.most, of: rates.count) { index in
            let rate = rates[index]
            let isUp = attributes[rate.name]?.isUp == true
            return [rate.troublesPerS, rate.bps, isUp ? 1 : 0]
        }
        writer.beginObject()
        writer.columns([
            "name", "rxBps", "txBps", "rxPps", "txPps", "rxErrPerS", "txErrPerS", "rxDropPerS", "txDropPerS", "up",
            "speedMbps",
        ])
        writer.key("rows")
        writer.beginArray()
        for index in shown.sorted() { write(rates[index], into: &writer) }
        writer.endArray()
        let left = Ranking.left(of: rates.count, shown: shown).map { rates[$0] }
        if !left.isEmpty {
            writer.key("others")
            writer.beginObject()
            writer.field("count", UInt64(left.count))
            for (name, rate) in InterfaceRates.columns { writer.field(name, Ranking.sum(left, rate), decimals: 1) }
            writer.endObject()
        }
        writer.endObject()
        return left.isEmpty
    }

    private func write(_ rates: InterfaceRates, into writer: inout JSONWriter) {
        let attributes = attributes[rates.name]
        writer.beginArray()
        writer.string(utf8: NameText.make(rates.name))
        writer.rounded(rates.receivedBps)
        writer.rounded(rates.sentBps)
        for (_, rate) in InterfaceRates.columns.dropFirst(2) { writer.optional(rates[keyPath: rate], decimals: 1) }
        if let isUp = attributes?.isUp { writer.bool(isUp) } else { writer.null() }
        writer.optional(attributes?.speedMbps)
        writer.endArray()
    }
}

extension InterfaceRates {
    /// The rates in the order in which samples hold them.
    fileprivate static var columns: [(StaticString, KeyPath<InterfaceRates, Double?>)] {
        [
            ("rxBps", \.receivedBps), ("txBps", \.sentBps), ("rxPps", \.receivedPps), ("txPps", \.sentPps),
            ("rxErrPerS", \.receiveErrorsPerS), ("txErrPerS", \.sendErrorsPerS), ("rxDropPerS", \.receiveDropsPerS),
            ("txDropPerS", \.sendDropsPerS),
        ]
    }

    fileprivate var bps: Double { (receivedBps ?? 0) + (sentBps ?? 0) }

    /// Whether anything is lost counts more than how much goes through; how much is lost does not.
    fileprivate var troublesPerS: Double {
        [receiveErrorsPerS, sendErrorsPerS].contains { $0 ?? 0 > 0 } ? 1 : 0
    }
}

/// What went through one interface between two readings; nil where a counter went backwards or is new.
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
