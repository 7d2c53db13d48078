import CollectorAgent
import Glibc
import JSONBytes
import Probes
import ProcFS
import RedisClient
import Testing

/// Against the running kernel: shapes and bounds; exact numbers are the probes' tests.
@Suite struct SampleSourceTests {
    private func source(_ change: (inout CollectorConfiguration) -> Void = { _ in }) throws -> SampleSource {
        var configuration = CollectorConfiguration(redis: try RedisEndpoint(url: "redis://127.0.0.1"), host: "web-1")
        change(&configuration)
        return try SampleSource(configuration, startMs: 255)
    }

    @Test func `ids count up by probe and every sample is one JSON object that begins with its id`() throws {
        let source = try source()
        var ids: [String] = []
        for _ in 0..<3 {
            for sample in source.takeAll() {
                let json = try JSONValue(parsing: sample.bytes)
                ids.append(try #require(json["id"]?.string))
                #expect(sample.bytes.starts(with: #"{"id":""#.utf8))
                #expect(json["t"]?.number == Double(sample.epochMs))
                #expect(sample.bytes.count <= 12_000)
            }
        }
        #expect(ids == (0..<3).flatMap { ["web-1:top:ff:\($0)", "web-1:netstat:ff:\($0)"] })
    }

    @Test func `the first sample says so and has no rates, the second has`() throws {
        let source = try source { $0.probes = [.top] }
        let samples = try [source.takeAll(), source.takeAll()].map {
            try JSONValue(parsing: try #require($0.first).bytes)
        }
        let flags = samples.map { $0["flags"]?.array?.compactMap(\.string) ?? [] }
        #expect(flags.first?.contains("first") == true)
        #expect(flags.last?.contains("first") == false)
        #expect(samples.first?["dtMs"] == .null)
        #expect(samples.first?["ctxtPerS"] == .null)
        #expect(samples.last?["ctxtPerS"]?.number != nil)
        #expect(samples.last?["tookUs"]?.number ?? 0 > 0)
    }

    @Test func `the rows and others sum to the tasks, and all processes are sent where asked`() throws {
        for processes in [5, nil] as [Int?] {
            let source = try source { $0.top = TopOptions(processes: processes) }
            let json = try JSONValue(parsing: try #require(source.takeAll().first).bytes)
            let rows = try #require(json["procs"]?["rows"]?.array)
            let others = try #require(json["others"]?["count"]?.number)
            #expect(json["tasks"]?["total"]?.number == Double(rows.count) + others)
            if processes == nil { #expect(others == 0) }
        }
    }

    @Test func `no command leaves the host where it is switched off`() throws {
        let source = try source { $0.top = TopOptions(sendsCommands: false) }
        let json = try JSONValue(parsing: try #require(source.takeAll().first).bytes)
        let column = try #require(json["procs"]?["cols"]?.array?.firstIndex(of: .string("cmd")))
        for row in try #require(json["procs"]?["rows"]?.array) { #expect(row.array?[column] == .null) }
    }

    @Test func `pinned processes always get a row`() throws {
        let source = try source {
            $0.top = TopOptions(processes: 1, pinned: ProcessPattern("^(kthreadd|systemd|init)$"))
        }
        let pids = try JSONValue(parsing: try #require(source.takeAll().first).bytes)["procs"]?["rows"]?.array?
            .compactMap { $0.array?.first?.number }
        #expect(pids?.contains { $0 <= 2 } == true)
    }

    @Test(.enabled(if: geteuid() != 0, "root sees everything"))
    func `what is hidden from this user is flagged in both samples`() throws {
        // Sockets of other users need not exist: processes are enough for the flag of `top`.
        let source = try source()
        for sample in source.takeAll() + source.takeAll() where sample.probe == "top" || Self.hasForeignSockets {
            let flags = try JSONValue(parsing: sample.bytes)["flags"]?.array?.compactMap(\.string)
            #expect(flags?.contains("no-privilege") == true, "\(sample.probe)")
        }
    }

    /// Whether any TCP socket with an inode exists that could make the probe look for its owner.
    private static var hasForeignSockets: Bool {
        (try? SocketDump(root: "", buffer: ReadBuffer()).read())?.contains { $0.inode != 0 } ?? false
    }

    @Test func `a root without processes is an error that names it`() {
        #expect(throws: (any Error).self) {
            try SampleSource(
                CollectorConfiguration(redis: try RedisEndpoint(url: "redis://h")), root: "/nonexistent", startMs: 0)
        }
    }
}
