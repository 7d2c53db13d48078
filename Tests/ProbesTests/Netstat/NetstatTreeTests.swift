import JSONBytes
import ProcFS
import TestSupport
import Testing

@testable import Probes

/// Whole `netstat` samples of kernels other than this one; the numbers follow from the trees by proc(5).
@Suite struct NetstatTreeTests {
    private func sampler(_ tree: KernelTree) -> NetstatProbe {
        NetstatProbe(root: tree.root, options: NetstatOptions(), source: .files)
    }

    private func sample(_ sampler: NetstatProbe, _ seq: UInt64, atS seconds: UInt64) throws -> JSONValue {
        try JSONValue(parsing: sampler.sample(at: .make(seq, atS: seconds)).bytes)
    }

    private func numbers(_ json: JSONValue?, _ names: [String]) -> [Double?] { names.map { json?[$0]?.number } }

    @Test func `Linux 3 dot 10 without IPv6: sockets, services, counters that wrap`() throws {
        let tree = try KernelTree("linux-3.10")
        let sampler = sampler(tree)
        #expect(try sample(sampler, 0, atS: 10)["proto"] == .null)
        try tree.overlay("linux-3.10-later")
        let json = try sample(sampler, 1, atS: 12)
        #expect(json["flags"]?.array == [])
        let states = ["established", "listen", "timeWait", "closeWait", "tcp6Established"]
        #expect(numbers(json["tcp"], states) == [1, 1, 1, 0, 0])
        #expect(json["connsTotal"]?.number == 2)
        let sockets = [
            "tcpInuse", "tcpOrphan", "tcpTw", "tcpAlloc", "tcpMemPages", "udpInuse", "rawInuse", "unixInuse",
            "fragInuse",
        ]
        #expect(numbers(json["sockets"], sockets) == [3, 1, 2, 5, 7, 2, 1, 12, 0])
        let interfaces = try #require(json["ifs"]?.table)
        let columns = [
            "rxBps", "txBps", "rxPps", "txPps", "rxErrPerS", "txErrPerS", "rxDropPerS", "txDropPerS", "speedMbps",
        ]
        // eth0's 32 bits of bytes wrapped: no spike, and no speed where the driver says -1.
        #expect(numbers(interfaces.first, columns) == [100, 100, 1, 1, 0, 0, 0, 0, nil])
        #expect(numbers(interfaces.last, columns) == [nil, 4000, 5, 5, 0, 1, 2, 0, 1000])
        #expect(interfaces.map { $0["up"]?.bool } == [true, true])
        let rates: [String: JSONValue] = [
            "IpInReceives": .number(50), "TcpInSegs": .null, "TcpRetransSegs": .number(2), "UdpInErrors": .number(0.5),
            "IpExtInOctets": .number(500),
        ]
        #expect(json["proto"] == .object(rates))
        let errors = ["TcpRetransSegs", "TcpExtListenDrops", "UdpInErrors"]
        #expect(numbers(json["protoErrors"], errors) == [2, 0, 0.5])
        let services = try #require(json["listen"]?.table)
        #expect(services.map { $0["proto"]?.string } == ["tcp", "udp"])
        #expect(numbers(services.first, ["port", "recvQ", "backlog", "uid"]) == [80, 3, nil, 33])
        #expect(numbers(services.last, ["port", "recvQ", "backlog", "uid"]) == [68, 768, nil, 0])
        #expect(services.last?["addr"] == .string("0.0.0.0"))
        let connection = try #require(json["conns"]?.table?.first)
        #expect(connection["raddr"] == .string("10.0.0.2"))
        #expect(numbers(connection, ["lport", "rport", "recvQ", "sendQ", "inode"]) == [80, 5000, 9, 7, 901])
        #expect(json["peers"]?.table?.map { $0["lport"]?.number } == [80])
    }

    @Test func `Linux 5 dot 4 with IPv6 alone`() throws {
        let tree = try KernelTree("linux-5.4")
        let sampler = sampler(tree)
        _ = try sample(sampler, 0, atS: 10)
        try tree.overlay("linux-5.4-later")
        let json = try sample(sampler, 1, atS: 12)
        #expect(numbers(json["tcp"], ["established", "listen", "tcp6Established"]) == [1, 1, 1])
        #expect(numbers(json["sockets"], ["tcpInuse", "udpInuse", "unixInuse"]) == [3, 1, nil])
        #expect(json["proto"] == .object(["Ip6InReceives": .number(5)]))
        #expect(json["protoErrors"]?["TcpRetransSegs"] == .null)
        #expect(json["protoErrors"]?["TcpExtListenDrops"]?.number == 0)
        let services = try #require(json["listen"]?.table)
        #expect(services.map { $0["proto"]?.string } == ["tcp6", "udp6"])
        #expect(services.map { $0["addr"]?.string } == ["::", "::"])
        #expect(json["conns"]?.table?.first?["raddr"] == .string("::1"))
    }

    @Test func `no sockets are empty tables`() throws {
        let tree = try KernelTree("bare")
        let json = try sample(sampler(tree), 0, atS: 10)
        #expect(json["connsTotal"]?.number == 0)
        for table in ["listen", "conns", "peers"] { #expect(json[table]?.table == [], "\(table)") }
        #expect(json["tcp"]?["established"]?.number == 0)
    }

    @Test func `5,000 sockets are counted exactly and the sample stays small`() throws {
        let tree = try KernelTree("linux-3.10")
        var lines = ["  sl  local_address rem_address   st tx_queue rx_queue tr tm->when retrnsmt   uid  timeout inode"]
        for number in 0..<5000 {
            let state = number % 10 == 0 ? "06" : number % 100 == 1 ? "0A" : "01"
            let port = String(UInt16(number + 10_000), radix: 16, uppercase: true)
            lines.append(
                "\(number): 0100007F:\(port) 0100007F:1F90 \(state) 00000000:00000000 00:00000000 00000000 0 0 \(number) 1"
            )
        }
        try tree.write("proc/net/tcp", lines.joined(separator: "\n") + "\n")
        let encoded = sampler(tree).sample(at: .make(0, atS: 10))
        let json = try JSONValue(parsing: encoded.bytes)
        #expect(numbers(json["tcp"], ["timeWait", "listen", "established"]) == [500, 50, 4450])
        #expect(json["connsTotal"]?.number == 4950)
        #expect(encoded.bytes.count <= 12_000)
        #expect(json["flags"]?.array?.contains(.string("truncated")) == true)
    }

    @Test func `after a boot in between nothing is a rate`() throws {
        let tree = try KernelTree("linux-3.10")
        let sampler = sampler(tree)
        _ = try sample(sampler, 0, atS: 10)
        try tree.overlay("linux-3.10-later")
        try tree.write("proc/sys/kernel/random/boot_id", "99999999-0000-4000-8000-000000000001\n")
        let json = try sample(sampler, 1, atS: 12)
        #expect(json["flags"]?.array == [.string("first")])
        #expect(json["proto"] == .null)
        #expect(json["protoErrors"] == .null)
        #expect(json["dtMs"] == .null)
        #expect(json["ifs"]?.table?.allSatisfy { $0["rxBps"] == .null } == true)
    }

    @Test func `a table that breaks off is null, and told`() throws {
        let tree = try KernelTree("linux-3.10")
        try tree.write("proc/net/tcp", "head\n 0: 0100007F:0050 0000")
        try tree.write("proc/net/dev", "h\nh\neth0: 1 2\n")
        let sampler = sampler(tree)
        let json = try sample(sampler, 0, atS: 10)
        for name in ["tcp", "ifs", "conns", "listen", "connsTotal"] { #expect(json[name] == .null, "\(name)") }
        #expect(json["flags"]?.array == [.string("first"), .string("partial")])
        #expect(sampler.takeWarnings().map(\.source).sorted() == ["proc/net/dev", "proc/net/tcp"])
    }
}
