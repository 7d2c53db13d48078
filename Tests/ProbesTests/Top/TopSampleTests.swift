import JSONBytes
import Probes
import ProcFS
import SampleContract
import Testing

@Suite struct TopSampleTests {
    private let units = HostUnits(ticksPerSecond: 100, pageKiB: 4)

    private func sample(
        _ previous: TopReading?, _ current: TopReading, details: [Int32: ProcessDetails] = [:], count: Int? = 40,
        flags: SampleFlags = [], maxBytes: Int = 10_000
    ) throws -> (json: JSONValue, bytes: [UInt8]) {
        let activities = ProcessActivities(from: previous, to: current, units: units)
        let rows = ProcessSelection(count: count).rows(activities.all, traffic: ProcessTraffic(), pinned: [])
        let sample = TopSample(
            header: Make.header("top", dtMs: previous == nil ? nil : 1000), flags: flags, previous: previous,
            current: current, activities: activities, traffic: ProcessTraffic(), rows: rows, details: details,
            units: units, maxBytes: maxBytes
        ).encode { 321 }
        return (try JSONValue(parsing: sample.bytes), sample.bytes)
    }

    @Test func `begins with the id and carries the envelope`() throws {
        let (json, bytes) = try sample(nil, Make.top(atMs: 1000), flags: [.first, .partial])
        #expect(
            String(decoding: bytes, as: UTF8.self).hasPrefix(#"{"id":"web-1:top:ff:7","host":"web-1","probe":"top""#))
        #expect(json["t"]?.number == 1_763_690_000_123)
        #expect(json["v"]?.number == 1)
        #expect(json["boot"]?.string == "0f3c5a1e")
        #expect(json["seq"]?.number == 7)
        #expect(json["intervalMs"]?.number == 1000)
        #expect(json["dtMs"] == .null)
        #expect(json["tookUs"]?.number == 321)
        #expect(json["flags"]?.array?.compactMap(\.string) == ["first", "partial"])
    }

    @Test(arguments: [(1, ["procs"]), (16, ["procs"]), (17, ["cpus", "procs"])])
    func `names its tables as details, and the CPUs where there are many`(_ cpus: Int, _ names: [String]) throws {
        var reading = try Make.top(atMs: 1000, [Make.process(7)])
        reading.stat = try SystemStat(
            parsing: Array("cpu  1 2 3 4\n\((0..<cpus).map { "cpu\($0) 1 2 3 4\n" }.joined())".utf8))
        let json = try sample(nil, reading).json
        #expect(json["details"]?.array?.compactMap(\.string) == names)
        #expect(names.allSatisfy { json[$0] != nil })
    }

    @Test func `names the process that used most CPU beside its table`() throws {
        let before = try Make.top(atMs: 1000, [Make.process(7, ticks: 100), Make.process(8, ticks: 100)])
        let after = try Make.top(
            atMs: 2000, [Make.process(7, ticks: 110), Make.process(8, comm: "we\"b", ticks: 150), Make.process(9)])
        let busiest = try sample(before, after).json["busiest"]
        #expect(busiest?["pid"]?.number == 8)
        #expect(busiest?["comm"]?.string == "we\"b")
        #expect(busiest?["cpuPct"]?.number == 50)
        #expect(try sample(before, after, count: 0).json["busiest"]?["pid"]?.number == 8)
        let idle = try Make.top(atMs: 2000, [Make.process(7, ticks: 100)])
        #expect(try sample(before, idle).json["busiest"] == .null)
    }

    @Test func `missing sources are null, never 0`() throws {
        let (json, _) = try sample(nil, Make.top(atMs: 1000))
        for key in ["cpu", "cpus", "load", "mem", "disks", "busiest", "ctxtPerS", "intrPerS", "forksPerS"] {
            #expect(json[key] == .null, "\(key)")
        }
        #expect(json["psi"]?["cpu"] == .null)
        #expect(json["others"]?["cpuPct"] == .null)
    }

    @Test func `turns two readings into exact numbers`() throws {
        var before = try Make.top(atMs: 1000, [Make.process(7, ticks: 100)])
        var after = try Make.top(
            atMs: 2000, [Make.process(7, comm: "we\"b", ppid: 3, ticks: 150, pages: 500, faults: 2), Make.process(8)])
        before.stat = try SystemStat(
            parsing: Array(
                "cpu  100 0 50 850\ncpu0 50 0 25 425\ncpu1 50 0 25 425\nctxt 1000\nintr 10 9\nprocesses 5\n".utf8))
        after.stat = try SystemStat(
            parsing: Array(
                "cpu  150 0 70 980\ncpu0 100 0 45 455\ncpu1 50 0 25 525\nctxt 3500\nintr 60 9\nprocesses 4\n".utf8))
        after.load = try LoadAverage(parsing: Array("0.50 1.25 2.00 1/2 3".utf8))
        before.counters = try VirtualMemoryCounters(parsing: Array("pgmajfault 10\npswpin 8\noom_kill 1\n".utf8))
        after.counters = try VirtualMemoryCounters(parsing: Array("pgmajfault 35\npswpin 7\noom_kill 2\n".utf8))
        after.memory = try MemoryInfo(parsing: Array("MemTotal: 1000 kB\nMemFree: 400 kB\n".utf8))
        let details =
            [7: ProcessDetails(user: "www", sharedKiB: 64, unit: "web.service", command: Array("web -x".utf8))]
            as [Int32: ProcessDetails]
        let (json, _) = try sample(before, after, details: details)
        #expect(json["cpu"]?["user"]?.number == 25)
        #expect(json["cpu"]?["system"]?.number == 10)
        #expect(json["cpu"]?["idle"]?.number == 65)
        #expect(json["cpus"]?.array?.first?.array?.compactMap(\.number) == [50, 0, 20, 30, 0, 0, 0, 0, 0])
        #expect(json["cpus"]?.array?.last?.array?.compactMap(\.number) == [0, 0, 0, 100, 0, 0, 0, 0, 0])
        #expect(json["load"]?.array?.compactMap(\.number) == [0.5, 1.25, 2])
        #expect(json["ctxtPerS"]?.number == 2500)
        #expect(json["intrPerS"]?.number == 50)
        #expect(json["forksPerS"] == .null)  // went backwards
        #expect(json["mem"]?["total"]?.number == 1000)
        #expect(json["mem"]?["available"] == .null)
        #expect(json["mem"]?["pgmajfaultPerS"]?.number == 25)
        #expect(json["mem"]?["pswpinPerS"] == .null)
        #expect(json["mem"]?["pswpoutPerS"] == .null)
        #expect(json["mem"]?["oomKills"]?.number == 2)
        let row = try #require(json["procs"]?.table?.first)
        let expected: [String: JSONValue] = [
            "pid": .number(7), "start": .number(500), "ppid": .number(3), "user": .string("www"),
            "state": .string("S"), "cpuPct": .number(50), "rssKiB": .number(2000), "virtKiB": .number(4000),
            "shrKiB": .number(64), "threads": .number(2), "prio": .number(20), "nice": .number(0),
            "timeMs": .number(1500), "rdBps": .null, "wrBps": .null, "majfltPerS": .number(2),
            "unit": .string("web.service"), "comm": .string("we\"b"), "cmd": .string("web -x"),
        ]
        #expect(row == .object(expected))
    }

    @Test func `counts tasks by state`() throws {
        let states: [Character] = ["R", "S", "I", "D", "Z", "T", "t", "S"]
        let processes = try states.enumerated().map { try Make.process($0.offset + 1, state: $0.element) }
        let tasks = try sample(nil, Make.top(atMs: 1, processes)).json["tasks"]
        let names = ["total", "running", "sleeping", "stopped", "zombie", "uninterruptible", "threads"]
        #expect(names.map { tasks?[$0]?.number } == [8, 1, 3, 2, 1, 1, 16])
    }

    @Test func `others closes the table to the whole host`() throws {
        let before = try (1...60).map { try Make.process($0, ticks: 0, pages: 10) }
        let after = try (1...60).map { try Make.process($0, ticks: UInt64($0), pages: 10) }
        let (json, _) = try sample(Make.top(atMs: 1000, before), Make.top(atMs: 2000, after), count: 10)
        let rows = try #require(json["procs"]?.table)
        let others = try #require(json["others"])
        let cpu = rows.compactMap { $0["cpuPct"]?.number }.reduce(0, +) + (others["cpuPct"]?.number ?? 0)
        #expect(cpu == 1830)
        let rss = rows.compactMap { $0["rssKiB"]?.number }.reduce(0, +) + (others["rssKiB"]?.number ?? 0)
        #expect(rss == 2400)
        #expect((others["count"]?.number ?? 0) + Double(rows.count) == 60)
    }

    @Test(arguments: [220, 2000])
    func `stays within its bytes by cutting commands first and rows next`(count: Int) throws {
        let command = [UInt8](repeating: UInt8(ascii: "x"), count: 256)
        let after = try (1...count).map { try Make.process($0, comm: "process-\($0)", ticks: 40, pages: 3000) }
        let before = try (1...count).map { try Make.process($0, comm: "process-\($0)", ticks: 20, pages: 3000) }
        let details = Dictionary(
            uniqueKeysWithValues: after.map {
                ($0.pid, ProcessDetails(user: "www-data", sharedKiB: 9000, unit: "a.service", command: command))
            })
        let (json, bytes) = try sample(Make.top(atMs: 1000, before), Make.top(atMs: 2000, after), details: details)
        #expect(bytes.count <= 10_000)
        #expect(json["procs"]?.table?.count == 40)
        #expect(json["flags"]?.array == [])
        let (full, fullBytes) = try sample(
            Make.top(atMs: 1000, before), Make.top(atMs: 2000, after), details: details, count: nil)
        #expect(fullBytes.count <= 10_000)
        #expect(full["flags"]?.array?.compactMap(\.string) == ["truncated"])
    }

    @Test func `128 CPUs fit, and one that came online has no share yet`() throws {
        var before = try Make.top(atMs: 1000)
        var after = try Make.top(atMs: 2000)
        func stat(_ numbers: Range<Int>, _ ticks: Int) throws -> SystemStat {
            let lines = ["cpu  \(ticks) 0 0 \(ticks)"] + numbers.map { "cpu\($0) \(ticks) 1 2 \(ticks) 3 0 5 0 0 0" }
            return try SystemStat(parsing: Array(lines.joined(separator: "\n").utf8))
        }
        before.stat = try stat(0..<127, 100)
        after.stat = try stat(0..<128, 200)
        let (json, bytes) = try sample(before, after)
        let cpus = try #require(json["cpus"]?.array)
        #expect(cpus.count == 128)
        #expect(cpus.last == .null)
        #expect(cpus.first?.array?.compactMap(\.number).reduce(0, +) == 100)
        #expect(bytes.count < 10_000)
    }

    @Test func `times that no clock can have counted are null`() throws {
        let process = try Make.process(7, ticks: .max, start: .max, pages: 1)
        let row = try sample(nil, Make.top(atMs: 1, [process])).json["procs"]?.table?.first
        #expect(row?["start"] == .null)
        #expect(row?["timeMs"] == .null)
    }

    @Test func `names that are not UTF-8 are spelt byte by byte, and commands are repaired`() throws {
        var process = try Make.process(7, pages: 1)
        process.comm = [0x61, 0xFF, 0x0A]
        let details: [Int32: ProcessDetails] = [7: ProcessDetails(command: [0xC3, 0x28])]
        let row = try sample(nil, Make.top(atMs: 1, [process]), details: details).json["procs"]?.table?.first
        #expect(row?["comm"]?.string == #"a\xff\x0a"#)
        #expect(row?["cmd"]?.string == "\u{FFFD}(")
    }
}
