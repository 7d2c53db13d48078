import JSONBytes
package import ProcFS
package import SampleContract

/// The `netstat` sample: makes one JSON object of two readings of a host (collectors/README.md).
package struct NetstatSample: Sendable {
    package var header: SampleHeader
    package var flags: SampleFlags
    package var previous: NetstatReading?
    package var current: NetstatReading
    package var connections: [ConnectionActivity]
    /// The connections that get a row, the most interesting first.
    package var rows: [ConnectionActivity]
    /// The owners of the sockets in rows and of the listening ones, by inode.
    package var owners: [UInt32: SocketOwners.Owner]
    package var attributes: [[UInt8]: InterfaceAttributes]
    /// Names of the interfaces that sockets are bound to, by the kernel's number.
    package var interfaceNames: [UInt32: [UInt8]]
    /// The most bytes of the sample. Rows beyond it are left out, and the sample has the flag `truncated`.
    package var maxBytes: Int

    package init(
        header: SampleHeader, flags: SampleFlags, previous: NetstatReading?, current: NetstatReading,
        connections: [ConnectionActivity], rows: [ConnectionActivity], owners: [UInt32: SocketOwners.Owner],
        attributes: [[UInt8]: InterfaceAttributes], interfaceNames: [UInt32: [UInt8]] = [:], maxBytes: Int
    ) {
        self.header = header
        self.flags = flags
        self.previous = previous
        self.current = current
        self.connections = connections
        self.rows = rows
        self.owners = owners
        self.attributes = attributes
        self.interfaceNames = interfaceNames
        self.maxBytes = maxBytes
    }

    private static let maxPeers = 20

    private var seconds: Double? { current.seconds(since: previous) }

    /// The bytes of the sample. `tookUs` is called when everything but the end is written.
    package func encode(tookUs: () -> UInt64) -> OpenSample {
        var writer = JSONWriter(reservingCapacity: 14 * 1024)
        var flags = flags
        header.write(into: &writer, details: ["conns", "peers", "listen", "proto"])
        writeStates(into: &writer)
        writeSockets(into: &writer)
        if !writeInterfaces(into: &writer) { flags.insert(.truncated) }
        writeProtocols(into: &writer)
        if !writeListening(into: &writer) { flags.insert(.truncated) }
        writePeers(into: &writer)
        var connections = SocketRows(sample: self)
        connections.write(into: &writer)
        if connections.isTruncated { flags.insert(.truncated) }
        return OpenSample(header, writer, tookUs: tookUs(), flags: flags)
    }

    private func writeStates(into writer: inout JSONWriter) {
        writer.key("tcp")
        guard let sockets = current.sockets else { return writer.null() }
        let counts = TCPStateCounts(sockets)
        writer.beginObject()
        for state in TCPState.inSampleOrder { writer.field(state.name, counts[state]) }
        writer.field("tcp6Established", counts.establishedIPv6)
        writer.endObject()
    }

    private func writeSockets(into writer: inout JSONWriter) {
        writer.key("sockets")
        guard let v4 = current.statistics else { return writer.null() }
        let v6 = current.statistics6
        func both(_ path: KeyPath<SocketStatistics, UInt64?>) -> UInt64? {
            guard let first = v4[keyPath: path] else { return v6?[keyPath: path] }
            return first &+ (v6?[keyPath: path] ?? 0)
        }
        writer.beginObject()
        writer.field("tcpInuse", both(\.tcpInUse))
        writer.field("tcpOrphan", v4.tcpOrphans)
        writer.field("tcpTw", v4.tcpTimeWait)
        writer.field("tcpAlloc", v4.tcpAllocated)
        writer.field("tcpMemPages", v4.tcpMemoryPages)
        writer.field("udpInuse", both(\.udpInUse))
        writer.field("rawInuse", both(\.rawInUse))
        writer.field("unixInuse", current.protocols?.unixSockets)
        writer.field("fragInuse", both(\.fragmentsInUse))
        writer.endObject()
    }

    /// Returns false if interfaces were left out.
    private func writeInterfaces(into writer: inout JSONWriter) -> Bool {
        writer.key("ifs")
        guard let devices = current.devices?.devices else {
            writer.null()
            return true
        }
        let rows = InterfaceRows(
            devices: devices, earlier: previous?.devices?.devices ?? [], seconds: seconds, attributes: attributes)
        return rows.write(into: &writer)
    }

    /// Returns false if sockets were left out.
    private func writeListening(into writer: inout JSONWriter) -> Bool {
        writer.key("listen")
        guard current.sockets != nil else {
            writer.null()
            return true
        }
        // At most a third of the sample.
        return ListeningRows(sample: self).write(into: &writer, maxBytes: maxBytes / 3)
    }

    /// An address with the interface for which it is bound or valid: `fe80::1%eth0`, as in ss(8).
    func text(_ address: IPAddress, on interface: UInt32) -> [UInt8] {
        let text = address.text
        guard interface != 0 else { return text }
        let name = interfaceNames[interface].map(NameText.make) ?? Array(String(interface).utf8)
        return text + [UInt8(ascii: "%")] + name
    }

    /// The counters that moved are a detail: a few dozen, most of which only those want who look at this host.
    /// Those that tell of loss are figures besides.
    private func writeProtocols(into writer: inout JSONWriter) {
        guard let previous, seconds != nil, !current.counters.isEmpty else {
            writer.key("protoErrors")
            writer.null()
            writer.key("proto")
            return writer.null()
        }
        let moved = ProtocolRates.moved(from: previous.counters, to: current.counters, seconds: seconds)
        writer.key("protoErrors")
        writer.beginObject()
        for name in ProtocolRates.errors {
            writer.key(name)
            let perS = ProtocolRates.perS(of: name, in: moved, from: previous.counters, to: current.counters)
            writer.optional(perS, decimals: 1)
        }
        writer.endObject()
        writer.key("proto")
        writer.beginObject()
        for counter in moved {
            writer.key(counter.name)
            writer.optional(counter.perS, decimals: 1)
        }
        writer.endObject()
    }

    private func writePeers(into writer: inout JSONWriter) {
        writer.key("peers")
        guard let sockets = current.sockets else { return writer.null() }
        let listening = Set(sockets.lazy.filter { $0.state == .listen }.map(\.localPort))
        writer.beginObject()
        let peers = PeerTraffic.all(of: connections, listening: listening)
        writer.table(
            Self.peerColumns,
            rows: peers.prefix(Self.maxPeers).lazy.map { peer in
                (peer: peer, address: text(peer.address, on: peer.zone))
            })
        let left = Array(peers.dropFirst(Self.maxPeers))
        writer.others(left.count) { writer in
            writer.field("conns", left.reduce(0) { $0 + $1.connections })
            writer.field("rxBps", rounded: Ranking.sum(left, \.receivedBps))
            writer.field("txBps", rounded: Ranking.sum(left, \.sentBps))
        }
        writer.endObject()
    }

    private static let peerColumns: [Column<(peer: PeerTraffic, address: [UInt8])>] = [
        Column("raddr") { $1.string(utf8: $0.address) },
        Column("lport") { $1.optional($0.peer.localPort) },
        Column("conns") { $1.integer($0.peer.connections) },
        Column("rxBps") { $1.rounded($0.peer.receivedBps) },
        Column("txBps") { $1.rounded($0.peer.sentBps) },
    ]
}
