import JSONBytes
package import ProcFS

/// The `netstat` sample: two readings of a host become one JSON object (SAMPLES, schema 1).
package struct NetstatSample: Sendable {
    package static let probe = "netstat"

    package var header: SampleHeader
    package var flags: SampleFlags
    package var previous: NetstatReading?
    package var current: NetstatReading
    package var connections: [ConnectionActivity]
    /// The connections that get a row, the most telling first.
    package var rows: [ConnectionActivity]
    /// Who holds the sockets of the rows and the listening ones, by inode.
    package var owners: [UInt32: SocketOwners.Owner]
    package var attributes: [String: InterfaceAttributes]
    /// The most bytes the sample may take; rows beyond it are left out and the sample says `truncated`.
    package var maxBytes: Int

    package init(
        header: SampleHeader, flags: SampleFlags, previous: NetstatReading?, current: NetstatReading,
        connections: [ConnectionActivity], rows: [ConnectionActivity], owners: [UInt32: SocketOwners.Owner],
        attributes: [String: InterfaceAttributes], maxBytes: Int
    ) {
        self.header = header
        self.flags = flags
        self.previous = previous
        self.current = current
        self.connections = connections
        self.rows = rows
        self.owners = owners
        self.attributes = attributes
        self.maxBytes = maxBytes
    }

    /// No more interfaces than this are sent: hosts with containers have hundreds.
    private static let maxInterfaces = 48
    private static let maxPeers = 20

    private var seconds: Double? { current.seconds(since: previous) }

    /// The sample's bytes; `tookUs` is asked when all but the end is written.
    package func encode(tookUs: () -> UInt64) -> EncodedSample {
        var writer = JSONWriter(reservingCapacity: 14 * 1024)
        var flags = flags
        header.write(into: &writer)
        writeStates(into: &writer)
        writeSockets(into: &writer)
        if !writeInterfaces(into: &writer) { flags.insert(.truncated) }
        writeProtocols(into: &writer)
        var tables = SocketRows(sample: self)
        tables.writeListening(into: &writer)
        writePeers(into: &writer)
        tables.writeConnections(into: &writer)
        if tables.isTruncated { flags.insert(.truncated) }
        SampleTrailer(tookUs: tookUs(), flags: flags).write(into: &writer)
        return EncodedSample(probe: Self.probe, epochMs: header.epochMs, bytes: writer.bytes)
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

    /// Gives false where interfaces were left out.
    private func writeInterfaces(into writer: inout JSONWriter) -> Bool {
        writer.key("ifs")
        guard let devices = current.devices?.devices else {
            writer.null()
            return true
        }
        let earlier = Dictionary(
            (previous?.devices?.devices ?? []).map { ($0.name, $0) }, uniquingKeysWith: { first, _ in first })
        writer.beginObject()
        writer.columns([
            "name", "rxBps", "txBps", "rxPps", "txPps", "rxErrPerS", "txErrPerS", "rxDropPerS", "txDropPerS", "up",
            "speedMbps",
        ])
        writer.key("rows")
        writer.beginArray()
        for device in devices.prefix(Self.maxInterfaces) {
            let rates = InterfaceRates(from: earlier[device.name], to: device, seconds: seconds)
            let attributes = attributes[device.name]
            writer.beginArray()
            writer.string(rates.name)
            writer.rounded(rates.receivedBps)
            writer.rounded(rates.sentBps)
            for rate in [
                rates.receivedPps, rates.sentPps, rates.receiveErrorsPerS, rates.sendErrorsPerS,
                rates.receiveDropsPerS, rates.sendDropsPerS,
            ] { writer.optional(rate, decimals: 1) }
            if let isUp = attributes?.isUp { writer.bool(isUp) } else { writer.null() }
            writer.optional(attributes?.speedMbps)
            writer.endArray()
        }
        writer.endArray()
        writer.endObject()
        return devices.count <= Self.maxInterfaces
    }

    private func writeProtocols(into writer: inout JSONWriter) {
        writer.key("proto")
        guard let previous, seconds != nil, !current.counters.isEmpty else { return writer.null() }
        writer.beginObject()
        for moved in ProtocolRates.moved(from: previous.counters, to: current.counters, seconds: seconds) {
            writer.key(moved.name)
            writer.optional(moved.perS, decimals: 1)
        }
        writer.endObject()
    }

    private func writePeers(into writer: inout JSONWriter) {
        writer.key("peers")
        guard let sockets = current.sockets else { return writer.null() }
        let listening = Set(sockets.lazy.filter { $0.state == .listen }.map(\.localPort))
        writer.beginObject()
        writer.columns(["raddr", "lport", "conns", "rxBps", "txBps"])
        writer.key("rows")
        writer.beginArray()
        for peer in PeerTraffic.top(Self.maxPeers, of: connections, listening: listening) {
            writer.beginArray()
            writer.string(peer.address.description)
            writer.optional(peer.localPort.map(UInt64.init))
            writer.integer(peer.connections)
            writer.rounded(peer.receivedBps)
            writer.rounded(peer.sentBps)
            writer.endArray()
        }
        writer.endArray()
        writer.endObject()
    }
}
