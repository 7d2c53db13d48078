package import ProcFS

/// The connections between one remote address and one local service.
package struct PeerTraffic: Sendable, Equatable {
    package var address: IPAddress
    /// The interface of a link-local address, else 0.
    package var zone: UInt32 = 0
    /// The port of the service; nil for connections that this host opened.
    package var localPort: UInt16?
    package var connections: UInt64
    /// nil if no rate is known.
    package var receivedBps: Double?
    package var sentBps: Double?

    private struct Group: Hashable {
        var address: IPAddress
        var zone: UInt32
        var port: UInt16?

        /// The small ones as one number, because each connection is hashed.
        func hash(into hasher: inout Hasher) {
            hasher.combine(address.high)
            hasher.combine(address.low)
            hasher.combine(UInt64(zone) << 32 | UInt64(port ?? 0) << 1 | (address.isIPv6 ? 1 : 0))
        }
    }

    /// All peers, the busiest first, then those with the most connections.
    package static func all(
        of connections: [ConnectionActivity], listening: Set<UInt16>
    ) -> [PeerTraffic] {
        var places: [Group: Int] = [:]
        var peers: [PeerTraffic] = []
        for connection in connections where connection.socket.state == .established {
            let socket = connection.socket
            let port = listening.contains(socket.localPort) ? socket.localPort : nil
            let group = Group(address: socket.remoteAddress, zone: socket.remoteZone, port: port)
            let place = places[group] ?? peers.count
            if place == peers.count {
                places[group] = place
                peers.append(
                    PeerTraffic(address: group.address, zone: group.zone, localPort: port, connections: 0))
            }
            peers[place].connections += 1
            peers[place].receivedBps = sum(peers[place].receivedBps, connection.receivedBps)
            peers[place].sentBps = sum(peers[place].sentBps, connection.sentBps)
        }
        return peers.sorted { $0.rank != $1.rank ? $0.rank > $1.rank : $0.zone < $1.zone }
    }

    private static func sum(_ total: Double?, _ more: Double?) -> Double? {
        guard let more else { return total }
        return (total ?? 0) + more
    }

    /// Address and port come last, so that the order is always the same.
    private var rank: (Double, UInt64, UInt64, UInt64, UInt16) {
        ((receivedBps ?? 0) + (sentBps ?? 0), connections, address.high, address.low, localPort ?? 0)
    }
}
