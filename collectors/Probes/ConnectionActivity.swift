package import ProcFS

/// One connection and what went over it since the reading before; nil where that is not known.
package struct ConnectionActivity: Sendable, Equatable {
    package var socket: TCPSocket
    package var receivedBps: Double?
    package var sentBps: Double?
    /// Segments sent again within the interval.
    package var retransmitsPerS: Double?

    var queued: UInt64 { UInt64(socket.receiveQueue) + UInt64(socket.sendQueue ?? 0) }
    var throughput: Double { (receivedBps ?? 0) + (sentBps ?? 0) }

    /// All sockets that do not listen, matched by the kernel's own name for a socket.
    package static func all(
        from previous: [TCPSocket]?, to current: [TCPSocket], seconds: Double?
    ) -> [ConnectionActivity] {
        var before: [UInt64: TCPMetrics] = [:]
        for socket in previous ?? [] where socket.cookie != 0 {
            if let metrics = socket.metrics { before[socket.cookie] = metrics }
        }
        return current.lazy.filter { $0.state != .listen }.map { socket in
            let (old, new) = (before[socket.cookie], socket.metrics)
            return ConnectionActivity(
                socket: socket,
                receivedBps: Rate.perSecond(from: old?.bytesReceived, to: new?.bytesReceived, seconds: seconds),
                sentBps: Rate.perSecond(from: old?.bytesAcknowledged, to: new?.bytesAcknowledged, seconds: seconds),
                retransmitsPerS: Rate.perSecond(
                    from: old.map { UInt64($0.retransmits) }, to: new.map { UInt64($0.retransmits) },
                    seconds: seconds))
        }
    }
}
