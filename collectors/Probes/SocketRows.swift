import JSONBytes
import ProcFS

/// The tables `listen` and `conns` of one sample, kept within the sample's bound of bytes.
struct SocketRows {
    private let sample: NetstatSample
    private(set) var isTruncated = false

    /// Listening sockets get at most a third of the sample.
    private var listenBytes: Int { sample.maxBytes / 3 }
    /// Hardly a row is longer, so that the last one does not pass the bound.
    private static let rowEstimate = 200

    init(sample: NetstatSample) {
        self.sample = sample
    }

    mutating func writeListening(into writer: inout JSONWriter) {
        writer.key("listen")
        guard let sockets = sample.current.sockets else { return writer.null() }
        let end = writer.bytes.count + listenBytes
        writer.beginObject()
        writer.columns(["proto", "addr", "port", "recvQ", "backlog", "uid", "pid", "comm"])
        writer.key("rows")
        writer.beginArray()
        let listening = sockets.filter { $0.state == .listen }
        for socket in listening.sorted(by: { ($0.localPort, $0.cookie) < ($1.localPort, $1.cookie) }) {
            write(
                socket.isIPv6 ? "tcp6" : "tcp", socket.localAddress, socket.localPort, socket.receiveQueue,
                socket.sendQueue, socket.uid, socket.inode, end: end, into: &writer)
        }
        for socket in sample.current.datagramSockets.sorted(by: { ($0.port, $0.inode) < ($1.port, $1.inode) }) {
            write(
                socket.address.isIPv6 ? "udp6" : "udp", socket.address, socket.port, socket.receiveQueue, nil,
                socket.uid, socket.inode, end: end, into: &writer)
        }
        writer.endArray()
        writer.endObject()
    }

    private mutating func write(
        _ name: StaticString, _ address: IPAddress, _ port: UInt16, _ queue: UInt32, _ backlog: UInt32?, _ uid: UInt32,
        _ inode: UInt32, end: Int, into writer: inout JSONWriter
    ) {
        guard writer.bytes.count + Self.rowEstimate <= end else {
            isTruncated = true
            return
        }
        writer.beginArray()
        writer.string(name)
        writer.string(address.description)
        writer.integer(port)
        writer.integer(queue)
        writer.optional(backlog.map(UInt64.init))
        writer.integer(uid)
        writeOwner(of: inode, into: &writer)
        writer.endArray()
    }

    /// Comes last: connections take what room is left.
    mutating func writeConnections(into writer: inout JSONWriter) {
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
        for connection in sample.rows {
            let start = writer.bytes.count
            guard start + Self.rowEstimate + SampleTrailer.reserve <= sample.maxBytes else {
                isTruncated = true
                break
            }
            writeRow(connection, into: &writer)
        }
        writer.endArray()
        writer.endObject()
    }

    private func writeRow(_ connection: ConnectionActivity, into writer: inout JSONWriter) {
        let socket = connection.socket
        writer.beginArray()
        writer.string(socket.isIPv6 ? "tcp6" : "tcp")
        writer.string(socket.state.name)
        writer.string(socket.localAddress.description)
        writer.integer(socket.localPort)
        writer.string(socket.remoteAddress.description)
        writer.integer(socket.remotePort)
        writer.integer(socket.receiveQueue)
        writer.optional(socket.sendQueue.map(UInt64.init))
        writer.optional(socket.metrics.map { UInt64($0.roundTripUs) })
        writer.optional(socket.metrics.map { UInt64($0.retransmits) })
        writer.rounded(connection.receivedBps)
        writer.rounded(connection.sentBps)
        writer.integer(socket.uid)
        writeOwner(of: socket.inode, into: &writer)
        writer.optional(socket.inode == 0 ? nil : UInt64(socket.inode))
        writer.endArray()
    }

    private func writeOwner(of inode: UInt32, into writer: inout JSONWriter) {
        if let owner = sample.owners[inode] {
            writer.integer(owner.pid)
            writer.string(utf8: owner.comm)
        } else {
            writer.null()
            writer.null()
        }
    }
}
