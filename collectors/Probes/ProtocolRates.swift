package import ProcFS

/// The protocol counters that moved between two readings.
package enum ProtocolRates {
    /// One counter that moved.
    package struct Moved: Sendable, Equatable {
        package var name: String
        package var perS: Double
    }

    /// Settings and gauges that stand among the counters.
    private static let noCounters: Set<String> = [
        "IpForwarding", "IpDefaultTTL", "TcpRtoAlgorithm", "TcpRtoMin", "TcpRtoMax", "TcpMaxConn", "TcpCurrEstab",
    ]

    /// Counters that went backwards are left out, as those that stood still are.
    package static func moved(
        from previous: [ProtocolCounters], to current: [ProtocolCounters], seconds: Double?
    ) -> [Moved] {
        guard let seconds, seconds > 0 else { return [] }
        var moved: [Moved] = []
        for (old, new) in zip(previous, current) where old.values.count == new.values.count {
            for index in new.values.indices where new.values[index] > old.values[index] {
                guard old.names[index] == new.names[index], !noCounters.contains(new.names[index]) else { continue }
                let increase = Double(new.values[index]) - Double(old.values[index])
                moved.append(Moved(name: new.names[index], perS: increase / seconds))
            }
        }
        return moved
    }
}
