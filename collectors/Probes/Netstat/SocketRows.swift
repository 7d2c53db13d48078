import JSONBytes
import ProcFS

/// The table `conns` of one sample, kept within the sample's bound of bytes.
struct SocketRows {
    private let sample: NetstatSample
    private(set) var isTruncated = false

    /// Hardly a row is longer, so that the last one does not pass the bound.
    private static let rowEstimate = 200
    /// What the sums of the rest take at most.
    private static let othersReserve = 120

    init(sample: NetstatSample) {
        self.sample = sample
    }

    /// Comes last: connections take what room is left.
    mutating func write(into writer: inout JSONWriter) {
        let isKnown = sample.current.sockets != nil
        writer.field("connsTotal", isKnown ? UInt64(sample.connections.count) : nil)
        writer.key("conns")
        guard isKnown else { return writer.null() }
        writer.beginObject()
        writer.columns([
            "proto", "state", "laddr", "lport", "raddr", "rport", "recvQ", "sendQ", "rttUs", "retrans", "rxBps",
            "txBps", "uid", "pid", "comm", "inode",
        ])
        writer.key("rows")
        writer.beginArray()
        let end = sample.maxBytes - SampleTrailer.reserve - Self.othersReserve
        var shown = Totals()
        for connection in sample.rows {
            guard writer.bytes.count + Self.rowEstimate <= end else {
                isTruncated = true
                break
            }
            writeRow(connection, into: &writer)
            shown.add(connection)
        }
        writer.endArray()
        writeOthers(shown, into: &writer)
        writer.endObject()
    }

    private struct Totals {
        var count: UInt64 = 0
        var receiveQueue: UInt64 = 0
        var sendQueue: UInt64 = 0
        var receivedBps = 0.0
        var sentBps = 0.0

        mutating func add(_ connection: ConnectionActivity) {
            count += 1
            receiveQueue += UInt64(connection.socket.receiveQueue)
            sendQueue += UInt64(connection.socket.sendQueue ?? 0)
            receivedBps += connection.receivedBps ?? 0
            sentBps += connection.sentBps ?? 0
        }
    }

    /// What the rows left out sum to, so that the table closes to all connections.
    private func writeOthers(_ shown: Totals, into writer: inout JSONWriter) {
        guard shown.count < sample.connections.count else { return }
        var all = Totals()
        for connection in sample.connections { all.add(connection) }
        let isMeasured = sample.current.seconds(since: sample.previous) != nil
        writer.key("others")
        writer.beginObject()
        writer.field("count", all.count - shown.count)
        writer.field("recvQ", all.receiveQueue - shown.receiveQueue)
        writer.field("sendQ", all.sendQueue - shown.sendQueue)
        writer.key("rxBps")
        writer.rounded(isMeasured ? max(0, all.receivedBps - shown.receivedBps) : nil)
        writer.key("txBps")
        writer.rounded(isMeasured ? max(0, all.sentBps - shown.sentBps) : nil)
        writer.endObject()
    }

    private func writeRow(_ connection: ConnectionActivity, into writer: inout JSONWriter) {
        let socket = connection.socket
        writer.beginArray()
        writer.string(socket.isIPv6 ? "tcp6" : "tcp")
        writer.string(socket.state.name)
        writer.string(utf8: sample.text(socket.localAddress, on: socket.interface))
        writer.integer(socket.localPort)
        writer.string(utf8: sample.text(socket.remoteAddress, on: socket.remoteZone))
        writer.integer(socket.remotePort)
        writer.integer(socket.receiveQueue)
        writer.optional(socket.sendQueue.map(UInt64.init))
        writer.optional(socket.metrics?.roundTripUs.map(UInt64.init))
        writer.optional(socket.metrics.map { UInt64($0.retransmits) })
        writer.rounded(connection.receivedBps)
        writer.rounded(connection.sentBps)
        writer.optional(socket.owner.map(UInt64.init))
        writer.owner(sample.owners[socket.inode])
        writer.optional(socket.inode == 0 ? nil : UInt64(socket.inode))
        writer.endArray()
    }
}
