import Glibc
import ProcFS
import TestSupport
import Testing

@Suite struct NetworkFileTests {
    private func read<Content: KernelFile>(
        _ type: Content.Type, _ path: String = Content.path, in root: String
    ) throws -> Content {
        try KeptFile<Content>(path, root: root, buffer: ReadBuffer()).read()
    }

    @Test func `reads interfaces with and without a blank behind the colon`() throws {
        let devices = try read(NetworkDevices.self, in: Fixture.linux618).devices
        #expect(devices.map { String(decoding: $0.name, as: UTF8.self) } == ["lo", "ifb0", "ifb1", "eth0"])
        let eth0 = try #require(devices.last)
        #expect([eth0.rxBytes, eth0.rxPackets, eth0.txBytes, eth0.txPackets] == [309_213_340, 7419, 360_779, 4187])
        #expect(try read(NetworkDevices.self, in: Fixture.bare).devices.map(\.name) == [Array("lo".utf8)])
    }

    @Test func `reads an interface's state and speed where the driver has them`() {
        let buffer = ReadBuffer()
        let eth0 = InterfaceAttributes(root: Fixture.linux618, name: Array("eth0".utf8), buffer: buffer)
        #expect(eth0 == InterfaceAttributes(isUp: true, speedMbps: nil))
        let lo = InterfaceAttributes(root: Fixture.linux618, name: Array("lo".utf8), buffer: buffer)
        #expect(lo == InterfaceAttributes(isUp: true, speedMbps: nil))
        let missing = InterfaceAttributes(root: Fixture.linux618, name: Array("../net/eth0".utf8), buffer: buffer)
        #expect(missing == InterfaceAttributes())
    }

    @Test func `reads the numbers of sockets of both families`() throws {
        let v4 = try read(SocketStatistics.self, in: Fixture.linux618)
        #expect(v4.tcpInUse == 2)
        #expect(v4.tcpMemoryPages == 125)
        #expect(v4.rawInUse == 0)
        #expect(try read(SocketStatistics.self, SocketStatistics.path6, in: Fixture.linux618).tcpInUse == 0)
        #expect(try read(ProtocolTable.self, in: Fixture.linux618).unixSockets == 23)
    }

    @Test func `reads sockets of both families from the files where netlink is not used`() throws {
        let dump = SocketDump(root: Fixture.linux618, buffer: ReadBuffer(), source: .files)
        let sockets = try dump.read()
        #expect(sockets.count == 8)
        #expect(sockets.filter { $0.state == .listen }.map(\.localPort) == [2024, 17641, 18731, 17641])
        let v4 = try #require(sockets.first { $0.state == .established && !$0.isIPv6 })
        #expect(v4.localAddress.description == "127.0.0.1")
        #expect([v4.localPort, v4.remotePort] == [17641, 47166])
        #expect(v4.metrics == nil)
        let v6 = try #require(sockets.first { $0.state == .established && $0.isIPv6 })
        #expect(v6.localAddress.description == "::1")
        #expect(v6.inode == 195_264)
        // A listening socket's bound is not in the file.
        #expect(sockets.first { $0.state == .listen }?.sendQueue == nil)
    }

    @Test func `no sockets and no IPv6 are an empty table, not an error`() throws {
        #expect(try SocketDump(root: Fixture.bare, buffer: ReadBuffer(), source: .files).read() == [])
    }

    @Test func `names protocol counters as netstat does`() throws {
        let counters = try read(ProtocolCounters.self, in: Fixture.linux618)
        let index = try #require(counters.names.firstIndex(of: "TcpRetransSegs"))
        #expect(counters.values[index] == 20)
        #expect(counters.names.contains("UdpInErrors"))
        let extended = try read(ProtocolCounters.self, ProtocolCounters.extendedPath, in: Fixture.linux618)
        #expect(extended.names.contains("TcpExtListenDrops"))
        let v6 = try read(ProtocolCounters.self, ProtocolCounters.path6, in: Fixture.linux618)
        #expect(v6.names.first == "Ip6InReceives")
    }

    @Test(arguments: [
        ("Tcp: A B\nTcp: 1 2\n", ["TcpA", "TcpB"]), ("Tcp: A C\nTcp: 1 2\n", ["TcpA", "TcpC"]),
        ("Tcp: A\nTcp: 1\n", ["TcpA"]), ("Tcp: A B C\nTcp: 1 2 3\n", ["TcpA", "TcpB", "TcpC"]), ("", []),
        ("Ip: A\nIp: 1\nTcp: B\nTcp: 2\n", ["IpA", "TcpB"]),
    ])
    func `names kept from the reading before are those of the file`(text: String, names: [String]) throws {
        let before = try ProtocolCounters(parsing: Array("Tcp: A B\nTcp: 1 2\n".utf8))
        let read = try Array(text.utf8).withUnsafeBytes { try ProtocolCounters(parsing: $0, after: before) }
        #expect(read.names == names)
        #expect(read.values.count == names.count)
    }

    @Test func `a counter of all 64 bits is read, one of more is an error`() throws {
        let full = try ProtocolCounters(parsing: Array("Ip6InReceives 18446744073709551615\n".utf8))
        #expect(full.values == [-1])
        #expect(throws: ProcFSError.self) {
            try ProtocolCounters(parsing: Array("Ip6InReceives 18446744073709551616\n".utf8))
        }
    }

    @Test(arguments: [
        ("proc/net/snmp6", "Ip6InReceives many\n"), ("proc/net/netstat", "TcpExt: A\nTcpExt: many\n"),
    ])
    func `an error names the file of several that was read`(path: String, text: String) throws {
        try ScratchFolder.with { root in
            mkdir("\(root)/proc", 0o700)
            mkdir("\(root)/proc/net", 0o700)
            let file = try #require(fopen("\(root)/\(path)", "w"))
            fputs(text, file)
            fclose(file)
            let kept = KeptFile<ProtocolCounters>(path, root: root, buffer: ReadBuffer())
            let error = #expect(throws: ProcFSError.self) { try kept.read() }
            #expect(error?.description.hasPrefix("\(path), line ") == true)
        }
    }

    @Test func `fewer values than names are an error at their line`() {
        #expect(throws: ProcFSError.malformed(file: "proc/net/snmp", line: 2, expected: "as many values as names")) {
            try ProtocolCounters(parsing: Array("Tcp: A B\nTcp: 1\n".utf8))
        }
    }

    @Test(arguments: [
        (IPAddress(v4: 0x0A00_0001), "10.0.0.1"), (IPAddress(v4: 0xFFFF_6409), "255.255.100.9"),
        (IPAddress(v6High: 0xfe80_0000_0000_0000, low: 0x0000_00ff_fe0a_b00c), "fe80::ff:fe0a:b00c"),
        (IPAddress(v6High: 0, low: 0), "::"),
        (IPAddress(v6High: 0, low: 1), "::1"),
        (IPAddress(v6High: 0x2001_0db8_0000_0000, low: 0x0001_0000_0000_0001), "2001:db8::1:0:0:1"),
        (IPAddress(v6High: 0x2001_0db8_0001_0001, low: 0x0001_0001_0001_0000), "2001:db8:1:1:1:1:1:0"),
        (IPAddress(v6High: 0xfe80_0000_0000_0000, low: 0), "fe80::"),
        (IPAddress(v6High: 0, low: 0xffff_7f00_0001), "::ffff:127.0.0.1"),
    ])
    func `writes addresses as RFC 5952 does`(address: IPAddress, text: String) {
        #expect(address.description == text)
    }
}
