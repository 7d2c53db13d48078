import JSONBytes
import ProcFS
import SampleContract

/// The table `listen`: TCP sockets that listen and UDP sockets that are not connected, by port. If there are too many,
/// the most interesting ones.
struct ListeningRows {
    private struct Row {
        var proto: StaticString
        var address: [UInt8]
        var port: UInt16
        var queue: UInt32
        var backlog: UInt32?
        var uid: UInt32?
        var owner: SocketOwners.Owner?
        var isLocal: Bool
        var isTCP: Bool
        /// The order of sockets with the same port, so that it is always the same.
        var number: UInt64

        /// The most bytes of a row with its commas and brackets, unless the name of its process is unusual.
        var length: Int { 76 + address.count + (owner?.comm.count ?? 0) }
    }

    private let rows: [Row]
    private let connections: [ConnectionActivity]

    init(sample: NetstatSample) {
        var rows: [Row] = []
        for socket in sample.current.sockets ?? [] where socket.state == .listen {
            rows.append(
                Row(
                    proto: socket.isIPv6 ? "tcp6" : "tcp",
                    address: sample.text(socket.localAddress, on: socket.interface), port: socket.localPort,
                    queue: socket.receiveQueue, backlog: socket.sendQueue, uid: socket.owner,
                    owner: sample.owners[socket.inode], isLocal: socket.localAddress.isLoopback, isTCP: true,
                    number: socket.cookie))
        }
        for socket in sample.current.datagramSockets {
            rows.append(
                Row(
                    proto: socket.address.isIPv6 ? "udp6" : "udp",
                    address: sample.text(socket.address, on: socket.interface), port: socket.port,
                    queue: socket.receiveQueue, backlog: nil, uid: socket.inode == 0 ? nil : socket.uid,
                    owner: sample.owners[socket.inode], isLocal: socket.address.isLoopback, isTCP: false,
                    number: UInt64(socket.inode)))
        }
        rows.sort { first, second in
            if first.isTCP != second.isTCP { return first.isTCP }
            return (first.port, first.number) < (second.port, second.number)
        }
        self.rows = rows
        connections = sample.connections
    }

    /// Returns false if sockets were left out.
    func write(into writer: inout JSONWriter, maxBytes: Int) -> Bool {
        let shown = chosen(maxBytes: maxBytes)
        writer.beginObject()
        writer.table(Self.columns, rows: shown.lazy.map { rows[$0] })
        let left = Ranking.left(of: rows.count, shown: shown).map { rows[$0] }
        writer.others(left.count) { writer in
            writer.field("recvQ", left.reduce(0) { $0 + UInt64($1.queue) })
        }
        writer.endObject()
        return left.isEmpty
    }

    /// First come sockets with something to accept or read, then services with the most connections, then those that
    /// others can reach.
    private func chosen(maxBytes: Int) -> [Int] {
        var room = maxBytes
        if rows.reduce(0, { $0 + $1.length }) <= room { return Array(rows.indices) }
        let users = connections.reduce(into: [:]) { $0[$1.socket.localPort, default: 0] += 1 }
        let order = Ranking.chosen(rows.count - 1, of: rows.count) { worth(of: rows[$0], users) }
        let kept = order.prefix { index in
            room -= rows[index].length
            return room >= 0
        }
        return kept.sorted()
    }

    private func worth(of row: Row, _ users: [UInt16: Int]) -> Worth {
        let users = row.isTCP ? users[row.port] ?? 0 : 0
        return Worth(Double(row.queue), Double(users), row.isLocal ? 0 : 1, row.isTCP ? 1 : 0)
    }

    private static let columns: [Column<Row>] =
        [
            Column("proto") { $1.string($0.proto) },
            Column("addr") { $1.string(utf8: $0.address) },
            Column("port") { $1.integer($0.port) },
            Column("recvQ") { $1.integer($0.queue) },
            Column("backlog") { $1.optional($0.backlog) },
            Column("uid") { $1.optional($0.uid) },
        ] + Column.owner { $0.owner }
}

extension Column {
    /// The columns `pid` and `comm`: the owner of a socket.
    static func owner(_ owner: @escaping @Sendable (Row) -> SocketOwners.Owner?) -> [Column] {
        [
            Column("pid") { $1.optional(owner($0)?.pid) },
            Column("comm") { row, writer in
                if let owner = owner(row) { writer.string(utf8: NameText.make(owner.comm)) } else { writer.null() }
            },
        ]
    }
}
