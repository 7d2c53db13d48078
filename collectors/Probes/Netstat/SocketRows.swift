import JSONBytes
import ProcFS

/// The table `conns` of one sample, within the byte limit of the sample.
struct SocketRows {
    private let sample: NetstatSample
    private(set) var isTruncated = false

    /// Hardly any row is longer, so the last one does not exceed the limit.
    private static let rowEstimate = 200
    /// The most bytes of the sums of the rest.
    private static let othersReserve = 120

    init(sample: NetstatSample) {
        self.sample = sample
    }

    /// It comes last, because connections take the room that is left.
    mutating func write(into writer: inout JSONWriter) {
        let isKnown = sample.current.sockets != nil
        writer.field("connsTotal", isKnown ? UInt64(sample.connections.count) : nil)
        writer.key("conns")
        guard isKnown else { return writer.null() }
        writer.beginObject()
        writer.names(of: Self.columns)
        writer.key("rows")
        writer.beginArray()
        let end = sample.maxBytes - OpenSample.endReserve - Self.othersReserve
        var shown = Totals()
        for connection in sample.rows {
            guard writer.bytes.count + Self.rowEstimate <= end else {
                isTruncated = true
                break
            }
            writer.row(row(connection), Self.columns)
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

    /// The sums of the rows that were left out, so that the table adds up to all connections.
    private func writeOthers(_ shown: Totals, into writer: inout JSONWriter) {
        guard shown.count < sample.connections.count else { return }
        var all = Totals()
        for connection in sample.connections { all.add(connection) }
        let isMeasured = sample.current.seconds(since: sample.previous) != nil
        writer.others(Int(clamping: all.count - shown.count)) { writer in
            writer.field("recvQ", all.receiveQueue - shown.receiveQueue)
            writer.field("sendQ", all.sendQueue - shown.sendQueue)
            writer.field("rxBps", rounded: isMeasured ? max(0, all.receivedBps - shown.receivedBps) : nil)
            writer.field("txBps", rounded: isMeasured ? max(0, all.sentBps - shown.sentBps) : nil)
        }
    }

    private struct Row {
        var socket: TCPSocket
        var local: [UInt8]
        var remote: [UInt8]
        var receivedBps: Double?
        var sentBps: Double?
        var owner: SocketOwners.Owner?
    }

    private func row(_ connection: ConnectionActivity) -> Row {
        let socket = connection.socket
        return Row(
            socket: socket, local: sample.text(socket.localAddress, on: socket.interface),
            remote: sample.text(socket.remoteAddress, on: socket.remoteZone), receivedBps: connection.receivedBps,
            sentBps: connection.sentBps, owner: sample.owners[socket.inode])
    }

    private static let columns: [Column<Row>] =
        [
            Column("proto") { $1.string($0.socket.isIPv6 ? "tcp6" : "tcp" as StaticString) },
            Column("state") { $1.string($0.socket.state.name) },
            Column("laddr") { $1.string(utf8: $0.local) },
            Column("lport") { $1.integer($0.socket.localPort) },
            Column("raddr") { $1.string(utf8: $0.remote) },
            Column("rport") { $1.integer($0.socket.remotePort) },
            Column("recvQ") { $1.integer($0.socket.receiveQueue) },
            Column("sendQ") { $1.optional($0.socket.sendQueue) },
            Column("rttUs") { $1.optional($0.socket.metrics?.roundTripUs) },
            Column("retrans") { $1.optional($0.socket.metrics?.retransmits) },
            Column("rxBps") { $1.rounded($0.receivedBps) },
            Column("txBps") { $1.rounded($0.sentBps) },
            Column("uid") { $1.optional($0.socket.owner) },
        ] + Column.owner { $0.owner } + [Column("inode") { $1.optional($0.socket.inode == 0 ? nil : $0.socket.inode) }]
}
