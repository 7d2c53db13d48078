import JSONBytes
import ProcFS
import SampleContract
import Testing

@testable import Probes

/// Tables that have more rows than are sent: the most telling ones stay, the rest is counted and summed up.
@Suite struct WorthTests {
    private func netstat(_ before: NetstatReading?, _ after: NetstatReading, names: [UInt32: [UInt8]] = [:]) throws
        -> JSONValue
    {
        let connections = ConnectionActivity.all(
            from: before?.sockets, to: after.sockets ?? [], seconds: after.seconds(since: before))
        let sample = NetstatSample(
            header: Make.header("netstat"), flags: [], previous: before, current: after, connections: connections,
            rows: ConnectionSelection(count: 100).rows(connections), owners: [:], attributes: [:],
            interfaceNames: names, maxBytes: 12_000)
        return try JSONValue(parsing: sample.encode { 0 }.bytes)
    }

    private func reading(atMs ms: UInt64, _ sockets: [TCPSocket] = [], dev: String = "") throws -> NetstatReading {
        var reading = NetstatReading(monotonicNs: ms * 1_000_000)
        reading.sockets = sockets
        reading.devices = try NetworkDevices(parsing: Array("h\nh\n\(dev)".utf8))
        return reading
    }

    @Test func `of many interfaces the busiest ones are shown`() throws {
        func dev(_ factor: Int) -> String {
            (0..<70).map { "if\($0): \(factor * $0 * 1000) \(factor) 0 0 0 0 0 0 0 0 0 0 0 0 0 0\n" }.joined()
        }
        let json = try netstat(reading(atMs: 1000, dev: dev(0)), reading(atMs: 2000, dev: dev(1)))
        let names = Set(json["ifs"]?.table?.compactMap { $0["name"]?.string } ?? [])
        #expect(names == Set((22..<70).map { "if\($0)" }))
        #expect(json["ifs"]?["others"]?["count"]?.number == 22)
        #expect(json["ifs"]?["others"]?["rxBps"]?.number == Double((0..<22).reduce(0, +) * 1000))
    }

    @Test func `of many listening sockets those that are waited at are shown, whatever their port`() throws {
        let sockets =
            (1...300).map { Make.socket(UInt64($0), state: .listen, local: UInt16($0)) }
            + [Make.socket(999, state: .listen, local: 65_000, receiveQueue: 5)]
        let json = try netstat(nil, reading(atMs: 1, sockets))
        let rows = try #require(json["listen"]?.table)
        #expect(rows.last?["port"]?.number == 65_000)
        #expect(json["listen"]?["others"]?["count"]?.number == Double(301 - rows.count))
        #expect(rows.count > 20)
    }

    @Test func `connections and peers close to their totals`() throws {
        func sockets(_ bytes: UInt64) -> [TCPSocket] {
            (1...500).map {
                Make.socket(
                    $0, local: 80, remote: UInt16($0), from: 0x0A00_0000 + UInt32($0),
                    receiveQueue: 2, metrics: Make.metrics(received: bytes * $0))
            }
        }
        let json = try netstat(reading(atMs: 1000, sockets(0)), reading(atMs: 2000, sockets(10)))
        for (table, column) in [("conns", "rxBps"), ("peers", "rxBps"), ("conns", "recvQ")] {
            let shown = json[table]?.table?.reduce(0) { $0 + ($1[column]?.number ?? 0) } ?? 0
            let all: Double = column == "rxBps" ? Double((1...500).reduce(0, +) * 10) : 1000
            #expect(shown + (json[table]?["others"]?[column]?.number ?? 0) == all, "\(table) \(column)")
        }
        #expect(json["peers"]?["others"]?["count"]?.number == 480)
    }

    @Test func `an established connection that moved most is shown before those the kernel lists first`() {
        let all = (1...50).map {
            ConnectionActivity(
                socket: Make.socket(UInt64($0), metrics: Make.metrics(received: UInt64($0))), receivedBps: 0,
                sentBps: 0, retransmitsPerS: 0)
        }
        #expect(ConnectionSelection(count: 2).rows(all).map(\.socket.cookie) == [50, 49])
    }

    @Test func `a thousand zombies leave room for who is busy`() throws {
        let zombies = try (1...1000).map {
            ProcessActivity(process: try Make.process($0, state: "Z"), cpuPct: 0, residentKiB: 0)
        }
        let busy = ProcessActivity(process: try Make.process(5000), cpuPct: 90, residentKiB: 0)
        let rows = ProcessSelection(count: 40).rows(zombies + [busy], traffic: ProcessTraffic(), pinned: [])
        #expect(rows.firstIndex(of: 1000).map { $0 <= 40 } == true)
    }

    @Test func `of all processes the busiest come first, so that they stay when the sample is full`() throws {
        let all = try (1...30).map {
            ProcessActivity(process: try Make.process($0), cpuPct: Double($0), residentKiB: 0)
        }
        let rows = ProcessSelection(count: nil).rows(all, traffic: ProcessTraffic(), pinned: [])
        #expect(rows.first == 29)
        #expect(Set(rows) == Set(0..<30))
    }

    @Test func `a link-local address is another host on each interface`() throws {
        let remote = IPAddress(v6High: 0xfe80_0000_0000_0000, low: 1)
        let sockets = [3, 4].map { number in
            var socket = Make.socket(UInt64(number))
            socket.localAddress = IPAddress(v6High: 0xfe80_0000_0000_0000, low: 9)
            socket.remoteAddress = remote
            socket.interface = UInt32(number)
            return socket
        }
        let json = try netstat(nil, reading(atMs: 1, sockets), names: [3: Array("la".utf8)])
        #expect(Set(json["peers"]?.table?.map { $0["raddr"]?.string } ?? []) == ["fe80::1%la", "fe80::1%4"])
        #expect(Set(json["conns"]?.table?.map { $0["laddr"]?.string } ?? []) == ["fe80::9%la", "fe80::9%4"])
    }

    @Test(
        arguments: [
            ([0x6E, 0xFF], "n\\xff"), (Array("a\\b".utf8), "a\\b"), (Array("a\\xff".utf8), "a\\x5cxff"),
            (Array("né".utf8), "né"), ([0x1B, 0x5B], "\\x1b["), ([0xC2, 0x9B], "\\xc2\\x9b"),
            (Array("eth0".utf8), "eth0"), (Array("a\\x2db".utf8), "a\\x2db"), (Array("a\\xa".utf8), "a\\xa"),
            (Array("tmux: server".utf8), "tmux: server"),
        ] as [([UInt8], String)])
    func `different names never look the same`(name: [UInt8], text: String) {
        #expect(String(decoding: NameText.make(name), as: UTF8.self) == text)
    }

    @Test func `names that differ in bytes alone have rates of their own`() throws {
        // Precomposed and decomposed: one string for many comparisons, two interfaces for the kernel.
        func dev(_ first: Int, _ second: Int) -> String {
            let rest = String(repeating: " 0", count: 15)
            return "n\u{E9}: \(first)\(rest)\nne\u{301}: \(second)\(rest)\n"
        }
        let json = try netstat(reading(atMs: 1000, dev: dev(0, 500)), reading(atMs: 2000, dev: dev(100, 700)))
        #expect(json["ifs"]?.table?.map { $0["rxBps"]?.number } == [100, 200])
    }
}
