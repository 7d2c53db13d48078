package import ProcFS

/// One connection, and its traffic since the last reading; nil if that is not known.
package struct ConnectionActivity: Sendable, Equatable {
    package var socket: TCPSocket
    package var receivedBps: Double?
    package var sentBps: Double?
    /// Segments that were sent again in the interval.
    package var retransmitsPerS: Double?

    var queued: UInt64 { UInt64(socket.receiveQueue) + UInt64(socket.sendQueue ?? 0) }
    /// Bytes since the connection began.
    var transferred: Double {
        Double(socket.metrics?.bytesReceived ?? 0) + Double(socket.metrics?.bytesAcknowledged ?? 0)
    }
    var throughput: Double { (receivedBps ?? 0) + (sentBps ?? 0) }

    /// All sockets with a peer, matched by the kernel's own number for a socket.
    package static func all(
        from previous: [TCPSocket]?, to current: [TCPSocket], seconds: Double?
    ) -> [ConnectionActivity] {
        var earlier = EarlierSockets(previous ?? [])
        var all: [ConnectionActivity] = []
        all.reserveCapacity(current.count)
        for socket in current where !socket.isUnconnected {
            let (old, new) = (earlier.metrics(of: socket), socket.metrics)
            all.append(
                ConnectionActivity(
                    socket: socket,
                    receivedBps: Rate.perSecond(from: old?.bytesReceived, to: new?.bytesReceived, seconds: seconds),
                    sentBps: Rate.perSecond(
                        from: old?.bytesAcknowledged, to: new?.bytesAcknowledged, seconds: seconds),
                    retransmitsPerS: Rate.perSecond(
                        from: old.map { UInt64($0.retransmits) }, to: new.map { UInt64($0.retransmits) },
                        seconds: seconds)))
        }
        return all
    }
}

/// Finds the sockets of the last reading, in the order of the kernel's list, which hardly changes.
private struct EarlierSockets {
    private let sockets: [TCPSocket]
    private var next = 0
    private var places: [UInt64: Int]?

    init(_ sockets: [TCPSocket]) {
        self.sockets = sockets
    }

    mutating func metrics(of socket: TCPSocket) -> TCPMetrics? {
        guard socket.cookie != 0 else { return nil }
        // It skips a few closed sockets. Only after more of them is an index worth its cost.
        var place = next
        while place < sockets.count, place < next + 8 {
            if sockets[place].cookie == socket.cookie {
                next = place + 1
                return sockets[place].metrics
            }
            place += 1
        }
        guard let found = index()[socket.cookie] else { return nil }
        next = found + 1
        return sockets[found].metrics
    }

    private mutating func index() -> [UInt64: Int] {
        if let places { return places }
        let made = Dictionary(
            sockets.indices.map { (sockets[$0].cookie, $0) }, uniquingKeysWith: { first, _ in first })
        places = made
        return made
    }
}
