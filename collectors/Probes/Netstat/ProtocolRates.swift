package import ProcFS

/// How fast protocol counters moved between two readings.
package enum ProtocolRates {
    /// One counter that moved.
    package struct Moved: Sendable, Equatable {
        package var name: String
        /// nil if the counter went backwards.
        package var perS: Double?
    }

    /// Settings and gauges among the counters.
    private static let noCounters: Set<String> = [
        "IpForwarding", "IpDefaultTTL", "TcpRtoAlgorithm", "TcpRtoMin", "TcpRtoMax", "TcpMaxConn", "TcpCurrEstab",
        "MPTcpExtMPCurrEstab",
    ]

    /// The counters that tell of loss: segments sent again, connections dropped before they were accepted, packets of
    /// UDP that could not be delivered. Cards, alarms and charts read them of every host.
    package static let errors = ["TcpRetransSegs", "TcpExtListenDrops", "UdpInErrors"]

    /// The rate of one counter, moved or not: 0 where it stood still; nil where it fell, or a reading lacks it.
    ///
    /// - Parameter moved: those that moved between these readings.
    package static func perS(
        of name: String, in moved: [Moved], from previous: [ProtocolCounters], to current: [ProtocolCounters]
    ) -> Double? {
        if let found = moved.first(where: { $0.name == name }) { return found.perS }
        let stoodStill = zip(previous, current).contains { old, new in
            old.names.contains(name) && (old.names == new.names || new.names.contains(name))
        }
        return stoodStill ? 0 : nil
    }

    /// Leaves out counters that did not change, and those that are new.
    package static func moved(
        from previous: [ProtocolCounters], to current: [ProtocolCounters], seconds: Double?
    ) -> [Moved] {
        guard let seconds, seconds > 0 else { return [] }
        var moved: [Moved] = []
        for (old, new) in zip(previous, current) {
            // The kernel adds a column with its first event, so a name may have moved.
            let isSame = old.names == new.names
            for index in new.values.indices {
                let place = isSame ? index : old.names.firstIndex(of: new.names[index])
                guard let place, new.values[index] != old.values[place] else { continue }
                guard !noCounters.contains(new.names[index]) else { continue }
                let (increase, overflow) = new.values[index].subtractingReportingOverflow(old.values[place])
                // A sum over CPUs may be read a moment too early. Then it counts as unchanged.
                if let from = UInt64(exactly: old.values[place]), let to = UInt64(exactly: new.values[index]),
                    Rate.isTickBack(from: from, to: to)
                {
                    continue
                }
                let isForward = increase > 0 && !overflow
                moved.append(Moved(name: new.names[index], perS: isForward ? Double(increase) / seconds : nil))
            }
        }
        return moved
    }
}
