import JSONBytes
import ProcFS
import TestSupport
import Testing

@testable import Probes

/// Whole `top` samples of kernels other than this one; the numbers follow from the trees by proc(5).
@Suite struct TopTreeTests {
    private func sampler(_ tree: KernelTree) throws -> TopProbe {
        try TopProbe(root: tree.root, options: TopOptions(), units: HostUnits(ticksPerSecond: 100, pageKiB: 4))
    }

    private func sample(_ sampler: TopProbe, _ seq: UInt64, atS seconds: UInt64) throws -> JSONValue {
        try JSONValue(parsing: sampler.sample(at: .make(seq, atS: seconds)).bytes)
    }

    private func numbers(_ json: JSONValue?, _ names: [String]) -> [Double?] { names.map { json?[$0]?.number } }

    private func row(_ json: JSONValue, _ table: String, _ column: String, _ value: JSONValue) throws -> JSONValue {
        try #require(json[table]?.table?.first { $0[column] == value })
    }

    @Test(arguments: [("1073741824", 1_048_576, 983_040), ("8589934592", nil, nil)] as [(String, Double?, Double?)])
    func `the cache of ZFS has its place, unless it is larger than all there is`(
        size: String, expected: Double?, givenBack: Double?
    ) throws {
        let tree = try KernelTree("linux-3.10")
        try tree.write(
            "proc/spl/kstat/zfs/arcstats",
            "13 1 0x01 123 33456 1 2\nname type data\nhits 4 77\nc_min 4 67108864\nc_max 4 9\nsize 4 \(size)\n")
        let json = try sample(try sampler(tree), 0, atS: 10)
        #expect(numbers(json["mem"], ["zfsArc", "zfsArcReclaimable"]) == [expected, givenBack])
        #expect(json["mem"]?["available"]?.number == 1_357_100)
    }

    @Test func `Linux 3 dot 10, cgroup v1, no pressure, no MemAvailable, 14 columns of disks`() throws {
        let tree = try KernelTree("linux-3.10")
        let sampler = try sampler(tree)
        let first = try sample(sampler, 0, atS: 10)
        #expect(first["flags"]?.array == [.string("first")])
        for name in ["dtMs", "cpu", "cpus", "ctxtPerS"] { #expect(first[name] == .null, "\(name)") }
        try tree.overlay("linux-3.10-later")
        tree.remove("proc/60")
        let json = try sample(sampler, 1, atS: 12)
        #expect(json["flags"]?.array == [])
        #expect(json["boot"] == .string("1a2b3c4d"))
        #expect(json["dtMs"]?.number == 2000)
        let parts = ["user", "nice", "system", "idle", "iowait", "irq", "softirq", "steal", "guest"]
        #expect(numbers(json["cpu"], parts) == [25, 0, 15, 50, 5, 0, 2.5, 2.5, 0])
        #expect(
            json["cpus"]?.array?.map { $0.array?.map(\.number) } == [
                [50, 0, 10, 25, 10, 0, 2.5, 2.5, 0], [0, 0, 20, 75, 0, 0, 2.5, 2.5, 0],
            ])
        #expect(numbers(json, ["uptimeS", "ctxtPerS", "intrPerS", "forksPerS"]) == [1002, 500, 200, 5])
        #expect(json["load"]?.array?.map(\.number) == [0.1, 0.2, 0.3])
        let tasks = ["total", "running", "sleeping", "stopped", "zombie", "uninterruptible", "threads"]
        #expect(numbers(json["tasks"], tasks) == [4, 1, 2, 0, 0, 1, 6])
        let memory = [
            "total", "free", "available", "buffers", "cached", "sreclaimable", "shmem", "dirty", "slab", "swapTotal",
            "swapFree", "pgmajfaultPerS", "pswpinPerS", "pswpoutPerS", "oomKills",
        ]
        #expect(
            numbers(json["mem"], memory) == [
                2_048_000, 1_024_000, 1_357_100, 4000, 300_000, 30_000, 900, 12, 50_000, 1_000_000, 999_000, 2, 0, nil,
                nil,
            ])
        #expect(json["psi"] == .object(["cpu": .null, "memory": .null, "io": .null]))
        let disks = try #require(json["disks"]?.table)
        #expect(disks.map { $0["name"]?.string } == ["sda", "sr0"])
        let columns = ["rdBps", "wrBps", "rdPerS", "wrPerS", "utilPct", "inflight"]
        #expect(numbers(disks.first, columns) == [102_400, 25_600, 20, 5, 50, 3])
    }

    @Test func `processes of Linux 3 dot 10: an odd name, one born, one ended`() throws {
        let tree = try KernelTree("linux-3.10")
        let sampler = try sampler(tree)
        _ = try sample(sampler, 0, atS: 10)
        try tree.overlay("linux-3.10-later")
        tree.remove("proc/60")
        let json = try sample(sampler, 1, atS: 12)
        let odd = try row(json, "procs", "pid", .number(50))
        #expect(odd["comm"] == .string(#"my (odd) na\x0ame)"#))
        #expect(odd["cmd"] == .string("mysqld --password=***"))
        #expect(odd["unit"] == .string("docker-abababababab"))
        let columns = [
            "start", "ppid", "cpuPct", "rssKiB", "virtKiB", "shrKiB", "threads", "prio", "nice", "timeMs", "rdBps",
            "wrBps", "majfltPerS",
        ]
        #expect(numbers(odd, columns) == [50_000, 1, 30, 1000, 4000, 200, 3, 20, 0, 1700, 2048, 4096, 2])
        let young = try row(json, "procs", "pid", .number(70))
        #expect(young["state"] == .string("D"))
        #expect(young["cpuPct"]?.number == 5)
        #expect(young["rdBps"] == .null)
        let kernel = try #require(json["others"])
        // kthreadd alone has no memory and did nothing.
        #expect(numbers(kernel, ["count", "cpuPct", "rssKiB", "exitedCpuPct"]) == [1, 0, 0, 30])
    }

    @Test func `Linux 5 dot 4 with 128 CPUs, ten of them offline, no swap, pressure without full for the CPU`() throws {
        let tree = try KernelTree("linux-5.4")
        let sampler = try sampler(tree)
        _ = try sample(sampler, 0, atS: 10)
        try tree.overlay("linux-5.4-later")
        let json = try sample(sampler, 1, atS: 12)
        let cpus = try #require(json["cpus"]?.array)
        #expect(cpus.count == 128)
        #expect(json["cpusOnline"]?.number == 118)
        // A place is a CPU's number.
        #expect((0..<128).filter { cpus[$0] == .null } == Array(10..<20))
        #expect(cpus.first?.array?.map(\.number) == [25, 0, 10, 65, 0, 0, 0, 0, 0])
        #expect(cpus.last?.array?.map(\.number) == [0, 0, 10, 90, 0, 0, 0, 0, 0])
        // 50 + 118 × 20 + 130 + 117 × 180 = 23 600 ticks.
        #expect(numbers(json["cpu"], ["user", "system", "idle"]) == [0.21, 10, 89.79])
        #expect(numbers(json, ["ctxtPerS", "intrPerS", "forksPerS"]) == [2500, 1500, 0.5])
        #expect(json["psi"]?["cpu"]?["some"]?.array?.map(\.number) == [1.5, 0.75, 0.1])
        #expect(json["psi"]?["cpu"]?["full"] == .null)
        #expect(json["psi"]?["io"]?["full"]?.array?.map(\.number) == [0.5, 0.25, 0])
        #expect(numbers(json["mem"], ["swapTotal", "available", "oomKills"]) == [0, 800_000_000, 2])
        #expect(json["disks"]?.table?.map { $0["name"]?.string } == ["nvme0n1"])
        let web = try row(json, "procs", "pid", .number(300))
        #expect(web["comm"] == .string("Web Content"))
        #expect(web["unit"] == .string("app-web.scope"))
        #expect(json["flags"]?.array == [])
    }

    /// `/proc/stat` of so many CPUs, without the ones that are offline; each was idle for `ticks`.
    private func stat(cpus: Int, offline: Set<Int> = [], ticks: Int) -> String {
        let lines = (0..<cpus).filter { !offline.contains($0) }.map { "cpu\($0) 0 0 0 \(ticks) 0 0 0 0 0 0\n" }
        return "cpu  0 0 0 \(cpus * ticks) 0 0 0 0 0 0\n" + lines.joined()
            + "intr 1\nctxt 1\nbtime 9999999999\nprocesses 1\n"
    }

    @Test func `a CPU that is unplugged has no share, is not counted, and has one again from the second reading on`()
        throws
    {
        let tree = try KernelTree("linux-5.4")
        let sampler = try sampler(tree)
        var seen: [JSONValue] = []
        for (seq, offline) in [[], [100], [], []].enumerated() {
            try tree.write("proc/stat", stat(cpus: 512, offline: Set(offline), ticks: 1000 + 100 * seq))
            seen.append(try sample(sampler, UInt64(seq), atS: 10 + UInt64(seq)))
        }
        #expect(seen.map { $0["cpusOnline"]?.number } == [512, 511, 512, 512])
        #expect(seen.dropFirst().map { $0["cpus"]?.array?.count } == [512, 512, 512])
        #expect(seen.dropFirst().map { $0["cpus"]?.array?[100] == .null } == [true, true, false])
        #expect(seen.dropFirst().map { $0["cpus"]?.array?[101] == .null } == [false, false, false])
        #expect(seen[1]["cpu"]?["idle"]?.number == 100)
        #expect(seen[1]["flags"]?.array == [])
    }

    @Test func `a disk that vanishes has no row, and one that comes back with a lower counter no rate`() throws {
        let tree = try KernelTree("linux-3.10")
        let sampler = try sampler(tree)
        let line = { (name: String, reads: Int) in "   8 0 \(name) \(reads) 0 \(8 * reads) 0 0 0 0 0 0 0 0\n" }
        var seen: [[JSONValue]] = []
        for (seq, text) in [
            line("sda", 100) + line("sr0", 900), line("sda", 110), line("sda", 120) + line("sr0", 5),
            line("sda", 130) + line("sr0", 15),
        ].enumerated() {
            try tree.write("proc/diskstats", text)
            let disks = try #require(try sample(sampler, UInt64(seq), atS: 10 + UInt64(seq))["disks"])
            seen.append(
                try #require(disks.table).map { .object(["n": $0["name"] ?? .null, "r": $0["rdPerS"] ?? .null]) })
        }
        func row(_ name: String, _ rate: Double?) -> JSONValue {
            .object(["n": .string(name), "r": rate.map { .number($0) } ?? .null])
        }
        #expect(seen[1] == [row("sda", 10)])
        #expect(seen[2] == [row("sda", 10), row("sr0", nil)])
        #expect(seen[3] == [row("sda", 10), row("sr0", 10)])
    }

    @Test func `a command line read between fork and exec is read again soon`() throws {
        let tree = try KernelTree("linux-3.10")
        let sampler = try sampler(tree)
        var seen: [JSONValue?] = []
        for (seq, seconds) in [10, 11, 12, 13, 14].enumerated() {
            let json = try sample(sampler, UInt64(seq), atS: UInt64(seconds))
            seen.append(try row(json, "procs", "pid", .number(50))["cmd"])
            try tree.write("proc/50/cmdline", seq == 0 ? "after exec\0" : "a title of its own\0")
        }
        let before = seen[0]
        #expect(seen == [before, before, .string("a title of its own"), .string("a title of its own"), seen[2]])
        #expect(before != seen[2])
    }

    @Test func `after a boot in between nothing is a rate`() throws {
        let tree = try KernelTree("linux-3.10")
        let sampler = try sampler(tree)
        _ = try sample(sampler, 0, atS: 10)
        try tree.overlay("linux-3.10-later")
        // Higher counters than before: only the boot's name tells.
        try tree.write("proc/sys/kernel/random/boot_id", "99999999-0000-4000-8000-000000000001\n")
        let json = try sample(sampler, 1, atS: 12)
        #expect(json["boot"] == .string("99999999"))
        #expect(json["flags"]?.array == [.string("first")])
        for name in ["cpu", "cpus", "ctxtPerS", "forksPerS", "dtMs"] { #expect(json[name] == .null, "\(name)") }
        for row in try #require(json["procs"]?.table) {
            for name in ["cpuPct", "rdBps", "majfltPerS"] { #expect(row[name] == .null, "\(name)") }
        }
        #expect(try sample(sampler, 2, atS: 14)["cpu"] == .null, "no time passed by the tree's clock")
        #expect(try sample(sampler, 3, atS: 16)["ctxtPerS"]?.number == 0)
    }

    @Test func `malformed text is null, counted, and told once a minute`() throws {
        let tree = try KernelTree("linux-3.10")
        let sampler = try sampler(tree)
        try tree.write("proc/stat", "cpu  99999999999999999999999 1 2 3\n")
        try tree.write("proc/50/stat", "50 (x")
        try tree.write("proc/60/stat", "60 (y")
        let json = try sample(sampler, 0, atS: 10)
        #expect(json["cpu"] == .null)
        #expect(json["tasks"]?["total"]?.number == 2)
        #expect(json["flags"]?.array == [.string("first"), .string("partial")])
        let warnings = sampler.takeWarnings()
        #expect(warnings.map(\.source).sorted() == ["proc/[pid]/stat", "proc/stat"])
        #expect(warnings.first { $0.source == "proc/[pid]/stat" }?.count == 2)
        for second in 11...69 as ClosedRange<UInt64> { _ = try sample(sampler, second, atS: second) }
        #expect(sampler.takeWarnings() == [])
        _ = try sample(sampler, 70, atS: 70)
        let again = sampler.takeWarnings()
        #expect(again.map(\.count).sorted() == [60, 120])
    }
}
