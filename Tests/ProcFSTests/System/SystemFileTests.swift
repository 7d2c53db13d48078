import Testing

@testable import ProcFS

@Suite struct SystemFileTests {
    private func read<Content: KernelFile>(_ type: Content.Type, in root: String) throws -> Content {
        try KeptFile<Content>(root: root, buffer: ReadBuffer()).read()
    }

    @Test func `reads the CPU times and event counters of two CPUs`() throws {
        let stat = try read(SystemStat.self, in: Fixture.linux618)
        #expect(stat.total.user == 95001)
        #expect(stat.total.nice == 184)
        #expect(stat.total.idle == 765_887)
        #expect(stat.total.steal == 55)
        #expect(stat.cpus.map(\.number) == [0, 1])
        #expect(stat.cpus.last?.ticks.softirq == 155)
        #expect(stat.contextSwitches == 1_519_440)
        #expect(stat.interrupts == 795_932)
        #expect(stat.forks == 50149)
        #expect(stat.bootTimeS == 1_795_236_416)
    }

    @Test func `an old kernel's missing columns are 0 and its missing counters nil`() throws {
        let stat = try read(SystemStat.self, in: Fixture.bare)
        #expect(stat.total.idle == 900)
        #expect(stat.total.iowait == 0)
        #expect(stat.interrupts == nil)
        #expect(stat.forks == nil)
    }

    @Test func `reads 128 CPUs with offline ones between them`() throws {
        let lines = (0..<128).filter { $0 % 10 != 3 }.map { "cpu\($0) \($0) 0 0 1 0 0 0 0 0 0" }
        let stat = try SystemStat(parsing: Array((["cpu  1 2 3 4"] + lines).joined(separator: "\n").utf8))
        #expect(stat.cpus.count == 115)
        #expect(stat.cpus.last?.number == 127)
        #expect(stat.cpus.last?.ticks.user == 127)
    }

    @Test func `reads memory, and nil for what the kernel does not write`() throws {
        let memory = try read(MemoryInfo.self, in: Fixture.linux618)
        #expect(memory.totalKiB == 24_684_084)
        #expect(memory.availableKiB != nil)
        #expect(memory.swapTotalKiB == 0)
        let bare = try read(MemoryInfo.self, in: Fixture.bare)
        #expect(bare.totalKiB == 1_000_000)
        #expect(bare.cachedKiB == 20000)
        #expect(bare.availableKiB == nil)
        #expect(bare.swapTotalKiB == nil)
    }

    @Test func `reads load, uptime and the boot's name`() throws {
        let load = try read(LoadAverage.self, in: Fixture.linux618)
        #expect([load.oneMinute, load.fiveMinutes, load.fifteenMinutes] == [0.75, 0.35, 0.5])
        #expect(try read(Uptime.self, in: Fixture.linux618).seconds == 4422.2)
        #expect(try read(BootID.self, in: Fixture.linux618).prefix == "0f3c5a1e")
    }

    @Test func `reads pressure, and says that a kernel without it has no such file`() throws {
        let pressure = try read(Pressure.self, in: Fixture.linux618)
        #expect(pressure.some == .init(tenSeconds: 8.85, oneMinute: 2.56, fiveMinutes: 2.61))
        #expect(pressure.full == .init(tenSeconds: 0, oneMinute: 0, fiveMinutes: 0))
        let error = #expect(throws: ProcFSError.self) { try read(Pressure.self, in: Fixture.bare) }
        #expect(error?.isGone == true)
    }

    @Test func `reads disks without loop devices, and knows whole devices`() throws {
        let disks = try read(DiskStatistics.self, in: Fixture.linux618).devices
        #expect(disks.map { String(decoding: $0.name, as: UTF8.self) } == ["vda", "zram0"])
        #expect(disks.first?.sectorsWritten == 13_077_288)
        #expect(disks.first?.busyMs == 27508)
        let whole = try #require(BlockDevices(root: Fixture.linux618))
        #expect(["vda", "zram0", "vda1"].map { whole.contains(Array($0.utf8)) } == [true, true, false])
        #expect(BlockDevices(root: Fixture.bare) == nil)
    }

    @Test func `reads the counters of virtual memory`() throws {
        let counters = try read(VirtualMemoryCounters.self, in: Fixture.bare)
        #expect(counters.majorFaults == 7)
        #expect(counters.outOfMemoryKills == nil)
        #expect(try read(VirtualMemoryCounters.self, in: Fixture.linux618).outOfMemoryKills == 0)
    }

    @Test(arguments: [
        ("cpu  1 2 x 4\n", 1), ("intr 5\ncpu  1 2\n", 2), ("ctxt 1\n", 2),
    ])
    func `an error names the file and the line`(text: String, line: Int) {
        let error = #expect(throws: ProcFSError.self) { try SystemStat(parsing: Array(text.utf8)) }
        guard case .malformed(let file, let at, _) = error else {
            Issue.record("unexpected \(String(describing: error))")
            return
        }
        #expect(file == "proc/stat")
        #expect(at == line)
    }

    @Test func `a number over 64 bits is an error, not a wrapped value`() {
        #expect(throws: ProcFSError.self) {
            try SystemStat(parsing: Array("cpu 18446744073709551616 0 0 0\n".utf8))
        }
    }

    @Test func `a missing file names its path and the system's reason`() {
        let error = #expect(throws: ProcFSError.self) { try read(Uptime.self, in: "/nonexistent") }
        #expect(error?.description == "/nonexistent/proc/uptime: No such file or directory")
    }
}
