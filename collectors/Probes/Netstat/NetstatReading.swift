package import ProcFS

/// Everything that the `netstat` probe reads at one time; nil if a source is missing.
package struct NetstatReading: ProbeReading, Sendable {
    package var monotonicNs: UInt64
    package var sockets: [TCPSocket]?
    /// UDP sockets that wait for datagrams. They are read less often than the rest.
    package var datagramSockets: [UDPSocket] = []
    package var statistics: SocketStatistics?
    package var statistics6: SocketStatistics?
    package var protocols: ProtocolTable?
    package var devices: NetworkDevices?
    /// The counters of all protocol files, one file after another.
    package var counters: [ProtocolCounters] = []

    package init(monotonicNs: UInt64) {
        self.monotonicNs = monotonicNs
    }
}

/// Sockets by state, IPv4 and IPv6 together.
package struct TCPStateCounts: Sendable, Equatable {
    private var counts = [UInt64](repeating: 0, count: TCPState.allCases.count + 1)
    /// Established connections of IPv6 sockets, including those with mapped IPv4 addresses.
    package private(set) var establishedIPv6: UInt64 = 0

    package init(_ sockets: [TCPSocket]) {
        for socket in sockets {
            counts[Int(socket.state.rawValue)] += 1
            if socket.state == .established, socket.isIPv6 { establishedIPv6 += 1 }
        }
    }

    package subscript(state: TCPState) -> UInt64 { counts[Int(state.rawValue)] }

    /// Everything but listening sockets.
    package var connections: UInt64 {
        counts.reduce(0, +) - self[.listen]
    }
}

extension TCPState {
    /// The state's name in samples.
    var name: StaticString {
        switch self {
        case .established: "established"
        case .synSent: "synSent"
        case .synRecv: "synRecv"
        case .finWait1: "finWait1"
        case .finWait2: "finWait2"
        case .timeWait: "timeWait"
        case .close: "close"
        case .closeWait: "closeWait"
        case .lastAck: "lastAck"
        case .listen: "listen"
        case .closing: "closing"
        }
    }

    /// The order of the counts in samples.
    static let inSampleOrder: [TCPState] = [
        .established, .synSent, .synRecv, .finWait1, .finWait2, .timeWait, .close, .closeWait, .lastAck, .listen,
        .closing,
    ]
}
