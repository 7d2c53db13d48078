package import ProcFS

/// Everything the `netstat` probe reads at one moment; nil where a source is missing.
package struct NetstatReading: Sendable {
    package var monotonicNs: UInt64
    package var sockets: [TCPSocket]?
    /// UDP sockets that wait for datagrams; read less often than the rest.
    package var datagramSockets: [UDPSocket] = []
    package var statistics: SocketStatistics?
    package var statistics6: SocketStatistics?
    package var protocols: ProtocolTable?
    package var devices: NetworkDevices?
    /// The counters of all protocol files, one after the other.
    package var counters: [ProtocolCounters] = []

    package init(monotonicNs: UInt64) {
        self.monotonicNs = monotonicNs
    }

    /// Seconds since an earlier reading; nil where time stood still.
    package func seconds(since previous: NetstatReading?) -> Double? {
        guard let previous, monotonicNs > previous.monotonicNs else { return nil }
        return Double(monotonicNs - previous.monotonicNs) / 1e9
    }
}
