import JSONBytes
import Testing

@testable import Probes
@testable import ProcFS

@Suite struct NetstatSampleTests {
    private func sample(
        _ previous: NetstatReading?, _ current: NetstatReading, owners: [UInt32: SocketOwners.Owner] = [:],
        attributes: [[UInt8]: InterfaceAttributes] = [:], count: Int = 100, maxBytes: Int = 12_000
    ) throws -> (json: JSONValue, bytes: [UInt8]) {
        let connections = ConnectionActivity.all(
            from: previous?.sockets, to: current.sockets ?? [], seconds: current.seconds(since: previous))
        let sample = NetstatSample(
            header: Make.header("netstat"), flags: [], previous: previous, current: current, connections: connections,
            rows: ConnectionSelection(count: count).rows(connections), owners: owners, attributes: attributes,
            maxBytes: maxBytes
        ).encode { 5 }
        return (try JSONValue(parsing: sample.bytes), sample.bytes)
    }

    private func reading(atMs ms: UInt64, _ sockets: [TCPSocket]? = nil, dev: String? = nil) throws -> NetstatReading {
        var reading = NetstatReading(monotonicNs: ms * 1_000_000)
        reading.sockets = sockets
        reading.devices = try dev.map { try NetworkDevices(parsing: Array("h\nh\n\($0)\n".utf8)) }
        return reading
    }

    @Test func `counts states of both families`() throws {
        var v6 = Make.socket(3)
        v6.localAddress = IPAddress(v6High: 0, low: 1)
        let sockets = [
            Make.socket(1), Make.socket(2, state: .listen), v6, Make.socket(4, state: .timeWait),
            Make.socket(5, state: .closing),
        ]
        let json = try sample(nil, reading(atMs: 1, sockets)).json
        let names = ["established", "listen", "timeWait", "closing", "synSent", "tcp6Established"]
        #expect(names.map { json["tcp"]?[$0]?.number } == [2, 1, 1, 1, 0, 1])
        #expect(json["connsTotal"]?.number == 4)
    }

    @Test func `sockets that could not be read are null`() throws {
        let json = try sample(nil, reading(atMs: 1)).json
        #expect(json["details"]?.array?.compactMap(\.string) == ["conns", "peers", "listen", "proto"])
        for key in ["tcp", "sockets", "ifs", "protoErrors", "proto", "listen", "peers", "conns", "connsTotal"] {
            #expect(json[key] == .null, "\(key)")
        }
    }

    @Test func `no sockets at all are empty tables`() throws {
        let json = try sample(nil, reading(atMs: 1, [])).json
        #expect(json["conns"]?.table == [])
        #expect(json["listen"]?.table == [])
        #expect(json["connsTotal"]?.number == 0)
    }

    @Test func `a connection's row has exact rates and its owner`() throws {
        let before = [Make.socket(1, metrics: Make.metrics(received: 1000, acknowledged: 50, retransmits: 1))]
        let after = [
            Make.socket(
                1, receiveQueue: 7, sendQueue: 3,
                metrics: Make.metrics(received: 5000, acknowledged: 250, retransmits: 4))
        ]
        let json = try sample(
            reading(atMs: 1000, before), reading(atMs: 3000, after),
            owners: [9: .init(pid: 77, comm: Array("nginx".utf8))]
        ).json
        let expected: [String: JSONValue] = [
            "proto": .string("tcp"), "state": .string("established"), "laddr": .string("10.0.0.1"),
            "lport": .number(80), "raddr": .string("10.0.0.2"), "rport": .number(5000), "recvQ": .number(7),
            "sendQ": .number(3), "rttUs": .number(1500), "retrans": .number(4), "rxBps": .number(2000),
            "txBps": .number(100), "uid": .number(33), "pid": .number(77), "comm": .string("nginx"),
            "inode": .number(9),
        ]
        #expect(json["conns"]?.table == [.object(expected)])
    }

    @Test func `what is not known of a connection is null`() throws {
        // From /proc/net/tcp: no cookie, no measurements; time-wait sockets have no inode either.
        let json = try sample(nil, reading(atMs: 1, [Make.socket(0, state: .timeWait, inode: 0)])).json
        let row = try #require(json["conns"]?.table?.first)
        for key in ["rttUs", "retrans", "rxBps", "txBps", "pid", "comm", "inode"] {
            #expect(row[key] == .null, "\(key)")
        }
    }

    @Test func `byte counts that fell are null, not a spike`() throws {
        let before = [Make.socket(1, metrics: Make.metrics(received: 9000))]
        let after = [Make.socket(1, metrics: Make.metrics(received: 10))]
        let row = try sample(reading(atMs: 1000, before), reading(atMs: 2000, after)).json["conns"]?.table?.first
        #expect(row?["rxBps"] == .null)
        #expect(row?["txBps"]?.number == 0)
    }

    @Test func `listening sockets show their queue and bound by port`() throws {
        let sockets = [
            Make.socket(1, state: .listen, local: 443, sendQueue: 511),
            Make.socket(2, state: .listen, local: 80, receiveQueue: 4, sendQueue: nil, inode: 10),
        ]
        let rows = try #require(
            try sample(nil, reading(atMs: 1, sockets), owners: [10: .init(pid: 5, comm: Array("web".utf8))])
                .json["listen"]?.table)
        #expect(rows.map { $0["port"]?.number } == [80, 443])
        #expect(rows.map { $0["recvQ"]?.number } == [4, 0])
        #expect(rows.map { $0["backlog"] } == [.null, .number(511)])
        #expect(rows.map { $0["comm"] } == [.string("web"), .null])
    }

    @Test func `interfaces have exact rates, and null after a reset`() throws {
        let json = try sample(
            reading(
                atMs: 1000, dev: "eth0: 1000 10 1 2 0 0 0 0 500 5 0 0 0 0 0 0\nlo: 90 1 0 0 0 0 0 0 90 1 0 0 0 0 0 0"),
            reading(
                atMs: 3000, dev: "eth0: 5000 30 3 2 0 0 0 0 900 9 4 0 0 0 0 0\nlo: 50 1 0 0 0 0 0 0 90 1 0 0 0 0 0 0"),
            attributes: [Array("eth0".utf8): InterfaceAttributes(isUp: true, speedMbps: 1000)]
        ).json
        let rows = try #require(json["ifs"]?.table)
        let names = [
            "rxBps", "txBps", "rxPps", "txPps", "rxErrPerS", "txErrPerS", "rxDropPerS", "txDropPerS", "speedMbps",
        ]
        #expect(names.map { rows.first?[$0]?.number } == [2000, 200, 10, 2, 1, 2, 0, 0, 1000])
        #expect(rows.first?["up"]?.bool == true)
        #expect(rows.last?["rxBps"] == .null)
        #expect(rows.last?["up"] == .null)
    }

    @Test func `only counters that moved are sent, null where they fell, gauges never`() throws {
        func counters(_ text: String) throws -> ProtocolCounters {
            try ProtocolCounters(parsing: Array(text.utf8))
        }
        var before = try reading(atMs: 1000)
        var after = try reading(atMs: 3000)
        before.counters = [try counters("Tcp: InSegs RetransSegs CurrEstab InErrs\nTcp: 10 5 1 9\n")]
        after.counters = [try counters("Tcp: InSegs RetransSegs CurrEstab InErrs\nTcp: 30 5 8 2\n")]
        #expect(try sample(before, after).json["proto"] == .object(["TcpInSegs": .number(10), "TcpInErrs": .null]))
    }

    @Test func `what tells of loss is a figure: 0 where it stood still, null where it fell or is not there`() throws {
        func counters(_ texts: String...) throws -> [ProtocolCounters] {
            try texts.map { try ProtocolCounters(parsing: Array($0.utf8)) }
        }
        func errors(_ before: [ProtocolCounters], _ after: [ProtocolCounters]) throws -> [Double?] {
            var readings = try (reading(atMs: 1000), reading(atMs: 3000))
            (readings.0.counters, readings.1.counters) = (before, after)
            let errors = try #require(try sample(readings.0, readings.1).json["protoErrors"]?.object)
            #expect(Set(errors.keys) == ["TcpRetransSegs", "TcpExtListenDrops", "UdpInErrors"])
            return ["TcpRetransSegs", "TcpExtListenDrops", "UdpInErrors"].map { errors[$0]?.number }
        }
        let before = try counters(
            "Tcp: InSegs RetransSegs\nTcp: 10 5\nUdp: InErrors\nUdp: 7\n", "TcpExt: ListenDrops\nTcpExt: 900\n")
        #expect(try errors(before, before) == [0, 0, 0])
        let moved = try counters(
            "Tcp: InSegs RetransSegs\nTcp: 10 8\nUdp: InErrors\nUdp: 8\n", "TcpExt: ListenDrops\nTcpExt: 10\n")
        #expect(try errors(before, moved) == [1.5, nil, 0.5])
        // The kernel lists its counters in another order, one is not there any more, and one file cannot be read.
        let fewer = try counters("Tcp: RetransSegs InSegs\nTcp: 5 12\n") + [ProtocolCounters()]
        #expect(try errors(before, fewer) == [0, nil, nil])
        #expect(try errors(fewer, before) == [0, nil, nil])
    }

    @Test func `peers are grouped by local service`() throws {
        let sockets = [
            Make.socket(9, state: .listen, local: 80),
            Make.socket(1, local: 80, remote: 1, metrics: Make.metrics(received: 0)),
            Make.socket(2, local: 80, remote: 2, metrics: Make.metrics(received: 0)),
            Make.socket(3, local: 40000, remote: 5432, from: 0x0A00_0009, metrics: Make.metrics(received: 0)),
        ]
        let later = sockets.map { socket in
            var socket = socket
            socket.metrics?.bytesReceived = socket.cookie * 100
            return socket
        }
        let rows = try #require(
            try sample(reading(atMs: 1000, sockets), reading(atMs: 2000, later)).json["peers"]?.table)
        #expect(rows.map { $0["raddr"]?.string } == ["10.0.0.2", "10.0.0.9"])
        #expect(rows.map { $0["lport"] } == [.number(80), .null])
        #expect(rows.map { $0["conns"]?.number } == [2, 1])
        #expect(rows.map { $0["rxBps"]?.number } == [300, 300])
    }

    @Test func `the worst and busiest connections come first, by turns`() {
        func activity(
            _ cookie: UInt64, queue: UInt32 = 0, retransmits: Double = 0, bps: Double = 0,
            state: TCPState = .established
        ) -> ConnectionActivity {
            ConnectionActivity(
                socket: Make.socket(cookie, state: state, receiveQueue: queue), receivedBps: bps, sentBps: nil,
                retransmitsPerS: retransmits)
        }
        let all = [
            activity(1), activity(2, state: .timeWait), activity(3, bps: 10), activity(4, bps: 90),
            activity(5, queue: 3),
            activity(6, retransmits: 2), activity(7),
        ]
        #expect(ConnectionSelection(count: 6).rows(all).map(\.socket.cookie) == [5, 6, 4, 3, 1, 7])
        #expect(ConnectionSelection(count: 0).rows(all) == [])
    }

    @Test func `3,000 connections and 300 listening sockets stay within the bytes`() throws {
        let sockets =
            (1...3000).map { Make.socket(UInt64($0), remote: UInt16($0), metrics: Make.metrics(received: 1 << 40)) }
            + (1...300).map { Make.socket(UInt64(5000 + $0), state: .listen, local: UInt16($0)) }
        let (json, bytes) = try sample(nil, reading(atMs: 1, sockets))
        #expect(bytes.count <= 12_000)
        #expect(json["connsTotal"]?.number == 3000)
        #expect(json["flags"]?.array?.compactMap(\.string) == ["truncated"])
    }
}
