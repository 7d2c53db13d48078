import ArgumentParser
import StreamAssembly

#if canImport(Glibc)
    import Glibc
#else
    import Darwin
#endif

/// Measures what the window takes of so many hosts for so long: fed as fast as it goes, then read as clients read it.
@main
struct CapacityBenchmark: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "bench-capacity", abstract: "Bytes, memory and time of the window, of so many hosts for so long.")

    @Option(help: "Hosts; each has two probes and 20 KB a second.") var hosts = 100
    @Option(help: "Seconds of each.") var seconds = 600
    @Option(help: "The most memory that the whole program may take in the end, in MB; 0 for any.") var megabytes = 0
    @Option(help: "The least seconds that are to be held in the end, for ten minutes or more of each host; 0 for any.")
    var held = 0
    @Flag(help: "Seal nothing: what the window was before.") var unsealed = false

    func validate() throws {
        guard (1...10_000).contains(hosts) else { throw ValidationError("hosts: allowed: 1 to 10000") }
        guard (1...86_400).contains(seconds) else { throw ValidationError("seconds: allowed: 1 to 86400") }
    }

    func run() async throws {
        var configuration = StreamAssembler.Configuration()
        if unsealed { configuration.sealing = .none }
        let assembler = StreamAssembler(configuration: configuration)
        let load = try await feed(assembler)
        let statistics = await assembler.statistics
        let held = await assembler.depth(now: load.now)
        let raw = load.bytes / max(1, load.samples)
        print("\(hosts) hosts, \(seconds) s\(unsealed ? ", nothing sealed" : "")")
        print("  came             \(load.samples) samples of \(raw) bytes, \(load.bytes >> 20) MiB")
        print(
            "  held             \(statistics.samples) samples, \(Int(held.ms / 1000)) s of \(Int(held.ageMs / 1000)) s")
        print(
            "  bytes            \(statistics.bytes / max(1, statistics.samples)) a sample as counted, "
                + "\(statistics.bytes >> 20) MiB in all")
        let megabytes = residentBytes() / 1_000_000
        print("  memory           \(megabytes) MB, the whole program")
        print("  CPU              \(microseconds(load.cpu, of: load.samples)) µs a sample taken")
        print("  frames           \(statistics.frames)")
        try await read(assembler)
        try await readPast(assembler, until: load.now)
        print("  memory then      \(residentBytes() / 1_000_000) MB")
        var missed: [String] = []
        if self.megabytes > 0, megabytes > self.megabytes { missed.append("\(megabytes) MB; bar: \(self.megabytes)") }
        if Int(held.ms / 1000) < self.held { missed.append("\(Int(held.ms / 1000)) s held; bar: \(self.held)") }
        for what in missed { print("missed: \(what)") }
        if !missed.isEmpty { throw ExitCode.failure }
    }

    private struct Load {
        var samples = 0
        var bytes = 0
        var cpu = Duration.zero
        var now: Double = 0
    }

    /// All hosts, second by second.
    private func feed(_ assembler: StreamAssembler) async throws -> Load {
        var fleet = (0..<hosts).map { SimulatedHost("web-\($0)", seed: UInt64($0)) }
        var load = Load()
        for second in 0..<seconds {
            let t = 1_763_690_000_000 + 1000 * second
            load.now = Double(t)
            for index in fleet.indices {
                let changes = fleet[index].samples(at: t).map { probe, member in
                    load.samples += 1
                    load.bytes += member.count
                    let hash = UInt64(truncatingIfNeeded: member.hashValue)
                    return Change.added(
                        key: "sa:{\(fleet[index].name)}:\(probe)",
                        rows: [Row(score: Double(t), member: member, memberHash: hash)])
                }
                let began = cpuTime()
                _ = await assembler.apply(changes, now: load.now)
                load.cpu += cpuTime() - began
            }
        }
        return load
    }

    /// What clients ask for.
    private func read(_ assembler: StreamAssembler) async throws {
        let host = try Selection.parse(host: "web-7", depth: 100)
        try await measure("snapshot of all  ") { await assembler.snapshot(.all, maxBytes: 3_500_000).encode().count }
        try await measure("snapshot, depth 5") {
            await assembler.snapshot(Selection.all.with(depth: 5), maxBytes: 3_500_000).encode().count
        }
        try await measure("one host, 100 s  ") { await assembler.snapshot(host, maxBytes: 3_500_000).encode().count }
        try await measure("one host, all    ") {
            var (_, cursor) = await assembler.read(host, after: -.infinity, limit: .max)
            var bytes = 0
            while true {
                let page: [Sample]
                (page, cursor) = await assembler.next(cursor, maxBytes: 64 << 10)
                if page.isEmpty { return bytes }
                bytes += page.reduce(0) { $0 + $1.bytes.count }
            }
        }
        try await measure("1000 samples     ") {
            var (_, cursor) = await assembler.read(.all, after: -.infinity, limit: 1000)
            var bytes = 0
            while true {
                let page: [Sample]
                (page, cursor) = await assembler.next(cursor, maxBytes: 64 << 10)
                if page.isEmpty { return bytes }
                bytes += page.reduce(0) { $0 + $1.bytes.count }
            }
        }
    }

    /// Columns of the whole span for all hosts, as a page draws them first, and single moments of a host.
    private func readPast(_ assembler: StreamAssembler, until now: Double) async throws {
        let span = try SeriesSpan(from: now - 1000 * Double(min(seconds, 600) - 1), to: now, step: 1000)
        let paths = try ["cpu.user", "cpu.idle", "load.0", "mem.available"].map { try FigurePath($0) }
        let top = try Selection.parse(host: "*", probe: "top", depth: 1)
        try await measure("series, 4 paths  ") {
            var (cursor, columns, bytes) = (PastCursor(top, span), SeriesColumns(paths, span), 0)
            while let (slice, next) = await assembler.step(cursor) {
                cursor = next
                guard let slice else { continue }
                columns.add(slice)
                guard slice.isLast else { continue }
                bytes += columns.encode(slice.key)?.count ?? 0
                columns = SeriesColumns(paths, span)
            }
            return bytes
        }
        var times: [Duration] = []
        for _ in 0..<500 {
            let host = try Selection.parse(host: "web-\(Int.random(in: 0..<hosts))", depth: 1)
            let t = now - 1000 * Double(Int.random(in: 0..<seconds))
            let began = ContinuousClock.now
            _ = await assembler.samples(at: t, host, after: nil, limit: 16)
            times.append(ContinuousClock.now - began)
        }
        print("  a moment, p99     \(microseconds(times.sorted()[494], of: 1)) µs")
    }

    /// The median of nine.
    private func measure(_ what: String, _ body: () async throws -> Int) async throws {
        var times: [Duration] = []
        var bytes = 0
        for _ in 0..<9 {
            let began = cpuTime()
            bytes = try await body()
            times.append(cpuTime() - began)
        }
        print("  \(what) \(microseconds(times.sorted()[4], of: 1)) µs, \(bytes) bytes")
    }

    private func microseconds(_ time: Duration, of count: Int) -> Double {
        (time / .microseconds(1) / Double(max(1, count)) * 10).rounded() / 10
    }

    private func cpuTime() -> Duration {
        var time = timespec()
        clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &time)
        return .seconds(Int64(time.tv_sec)) + .nanoseconds(Int64(time.tv_nsec))
    }

    private func residentBytes() -> Int {
        guard let file = fopen("/proc/self/statm", "r") else { return 0 }
        defer { fclose(file) }
        var line = [CChar](repeating: 0, count: 200)
        guard fgets(&line, 200, file) != nil else { return 0 }
        let text = String(decoding: line.prefix { $0 != 0 }.map { UInt8(bitPattern: $0) }, as: UTF8.self)
        let fields = text.split(separator: " ")
        return fields.count > 1 ? (Int(fields[1]) ?? 0) * 4096 : 0
    }
}

extension Selection {
    fileprivate static func parse(host: String, probe: String = "*", depth: Int) throws -> Selection {
        guard let host = Glob(host), let probe = Glob(probe) else { throw ValidationError("host, probe: no pattern") }
        return Selection(hosts: [host], probes: [probe], depth: depth)
    }
}
