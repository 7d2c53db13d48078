import ProcFS
import Testing

@Suite struct ProcessFileTests {
    private func table(_ root: String, maxKept: Int = 64) throws -> ProcessTable {
        try ProcessTable(root: root, buffer: ReadBuffer(), maxKept: maxKept)
    }

    @Test func `reads a name with spaces, parentheses and a line feed`() throws {
        let processes = try table(Fixture.bare).sweep().sorted { $0.pid < $1.pid }
        #expect(processes.map { String(decoding: $0.comm, as: UTF8.self) } == ["a (b) c\n) R", "Web Content"])
        let odd = try #require(processes.first)
        #expect(odd.state == UInt8(ascii: "S"))
        #expect(odd.ppid == 1)
        #expect([odd.userTicks, odd.systemTicks, odd.childTicks, odd.majorFaults] == [11, 22, 11, 3])
        #expect([odd.priority, odd.nice] == [20, -5])
        #expect([odd.threads, odd.startTicks, odd.virtualBytes, odd.residentPages] == [4, 5000, 4_096_000, 250])
        // A negative resident size, which some kernels show for a moment, is 0.
        #expect(processes.last?.residentPages == 0)
    }

    @Test(arguments: [64, 0])
    func `reads a process and its details with and without kept descriptors`(maxKept: Int) throws {
        let table = try table(Fixture.linux618, maxKept: maxKept)
        for _ in 0..<3 {
            let processes = table.sweep().sorted { $0.pid < $1.pid }
            #expect(processes.map(\.pid) == [2, 412])
            #expect(processes.map(\.isKernelThread) == [true, false])
            #expect(try table.memory(of: 412) == ProcessMemory(parsing: Array("15206 2988 2307 279 0 11003 0".utf8)))
            #expect(try table.io(of: 412).readBytes == 36864)
        }
        #expect(try table.arguments(of: 412) == [Array("redis-server 127.0.0.1:17641".utf8)])
        #expect(try table.arguments(of: 2) == [])
        #expect(try table.unit(of: 412) == "redis-server.service")
    }

    @Test func `a process that is not there is gone`() throws {
        let table = try table(Fixture.linux618)
        let error = #expect(throws: ProcFSError.self) { try table.io(of: 9999) }
        #expect(error?.isGone == true)
    }

    @Test(arguments: [
        ("0::/system.slice/nginx.service\n", "nginx.service"),
        ("0::/user.slice/user-1000.slice/user@1000.service/app.slice/app-code.scope\n", "app-code.scope"),
        ("0::/system.slice/docker-\(String(repeating: "0123abcd", count: 8)).scope\n", "docker-0123abcd0123"),
        ("12:memory:/docker/\(String(repeating: "ab", count: 32))\n0::/\n", "docker-abababababab"),
        (
            "0::/kubepods.slice/kubepods-pod1.slice/cri-containerd-\(String(repeating: "f0", count: 32)).scope\n",
            "cri-containerd-f0f0f0f0f0f0"
        ),
        ("0::/lxc.payload.web\n", "lxc/web"), ("1:name=systemd:/lxc/web\n", "lxc/web"),
        ("3:cpu:/x.service\n1:name=systemd:/ssh.service\n", "ssh.service"),
    ])
    func `names the container or unit of a control group`(text: String, unit: String) throws {
        #expect(try ControlGroup(parsing: Array(text.utf8)).unit == unit)
    }

    @Test func `a process at the root of all hierarchies is in no unit`() throws {
        #expect(try ControlGroup(parsing: Array("2:cpuset:/\n0::/\n".utf8)).unit == nil)
    }

    @Test func `names users and falls back to their numbers`() throws {
        let names = try KeptFile<UserNames>(root: Fixture.linux618, buffer: ReadBuffer()).read()
        #expect([names[0], names[33], names[65534], names[4711]] == ["root", "www-data", "nobody", "4711"])
    }

    /// Pairs that are one text once they are repaired, or compared as text.
    private static let twins: [([UInt8], [UInt8])] = [
        ([0x61, 0xFF], [0x61, 0xFE]), ([0x61, 0xFF], Array("a\u{FFFD}".utf8)), ([0x61, 0xFF], Array("a\\xff".utf8)),
        ([0x61, 0xC3], [0x61, 0xC3, 0xC3]), (Array("é".utf8), Array("e\u{301}".utf8)),
        ([0xED, 0xA0, 0x80], [0xED, 0xA0, 0x81]), (Array("a\u{200B}".utf8), Array("a".utf8)),
        (Array("a\\x5cxff".utf8), Array("a\\xff".utf8)), ([0x61, 0x7F], [0x61, 0x01]),
    ]

    @Test(arguments: twins) func `users whose names differ in bytes are two`(one: [UInt8], other: [UInt8]) throws {
        let file = one + Array(":x:1:1::/:/bin/sh\n".utf8) + other + Array(":x:2:2::/:/bin/sh\n".utf8)
        let names = try UserNames(parsing: file)
        #expect(!names[1].utf8.elementsEqual(names[2].utf8))
        #expect(names[1] != names[2])
    }

    @Test(arguments: twins, [("/", ".service"), ("/lxc/", ""), ("/lxc.payload.", ""), ("/", ".scope")])
    func `units whose names differ in bytes are two`(twins: ([UInt8], [UInt8]), ends: (String, String)) throws {
        let units = try [twins.0, twins.1].map { name in
            let path = Array("0::\(ends.0)".utf8) + name + Array("\(ends.1)\n".utf8)
            return try #require(try ControlGroup(parsing: path).unit)
        }
        #expect(units[0] != units[1])
        #expect(units.allSatisfy { !$0.contains("\u{FFFD}") || twins.1.elementsEqual("a\u{FFFD}".utf8) })
    }

    @Test(arguments: [
        ("dev-disk-by\\x2duuid-1.service", "dev-disk-by\\x2duuid-1.service"), ("my unit.service", "my unit.service"),
        ("\u{301}x.service", "\\xcc\\x81x.service"), ("a\\xc3.service", "a\\x5cxc3.service"),
    ])
    func `a unit is shown as systemd spells it, but for what could be taken for another`(name: String, unit: String)
        throws
    {
        #expect(try ControlGroup(parsing: Array("0::/system.slice/\(name)\n".utf8)).unit == unit)
    }

    @Test func `keeps empty arguments and drops what a rewritten title leaves behind`() throws {
        #expect(try ProcessArguments(parsing: Array("a\0\0b\0".utf8)).arguments.map(\.count) == [1, 0, 1])
        #expect(try ProcessArguments(parsing: []).arguments == [])
    }
}
