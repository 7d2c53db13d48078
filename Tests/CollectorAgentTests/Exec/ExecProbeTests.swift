import Glibc
import JSONBytes
import Logging
import Probes
import Synchronization
import TestSupport
import Testing

@testable import CollectorAgent

@Suite(.timeLimit(.minutes(2))) struct ExecProbeTests {
    /// The first samples of a command, which is ended after them.
    private func samples(
        _ count: Int, of command: String, intervalMs: Int64 = 100, log: LogRecorder = LogRecorder()
    ) async throws -> [JSONValue] {
        let probe = ExecProbe(
            name: "own", command: command, host: "h", startMs: 16, boot: "b", intervalMs: intervalMs,
            logger: log.logger)
        let (stream, continuation) = AsyncStream.makeStream(of: OpenSample.self)
        var found: [JSONValue] = []
        let run = Task { await probe.run { continuation.yield($0) } }
        for await sample in stream.prefix(count) {
            #expect(sample.probe == "own")
            found.append(try JSONValue(parsing: sample.bytes))
        }
        run.cancel()
        await run.value
        return found
    }

    @Test func `makes a sample of each line of a command that goes on`() async throws {
        let found = try await samples(3, of: #"printf '{"a":1}\n{"a":2}\nbad\n{"a":3}\n'; cat /dev/zero >/dev/null"#)
        #expect(found.map { $0["a"]?.number } == [1, 2, 3])
        #expect(found.map { $0["id"]?.string } == ["h:own:10:0", "h:own:10:1", "h:own:10:2"])
        #expect(found.map { $0["flags"] } == [.array([.string("first")]), .array([]), .array([])])
        #expect(found[0]["dtMs"] == .null)
    }

    @Test func `says which line names which member twice, and sends it to nobody`() async throws {
        let log = LogRecorder()
        let found = try await samples(
            2, of: #"printf '\n{"a":1}\n{"a":2,"b":1,"a":3}\n{"a":4}\n'; cat /dev/zero >/dev/null"#, log: log)
        #expect(found.map { $0["a"]?.number } == [1, 4])
        let entry = try #require(log.entries(of: "a probe's line is no sample").first)
        #expect(entry["reason"] == "the member 'a' stands twice; each name may stand once")
        #expect(entry["line"] == #"{"a":2,"b":1,"a":3}"#)
        #expect(entry["line-number"] == "2")
    }

    @Test func `starts a command that ends again`() async throws {
        let found = try await samples(4, of: #"printf '{"pid":%s}' $$"#)
        #expect(Set(found.map { $0["pid"]?.number }).count == 4)
        #expect(found.map { $0["seq"]?.number } == [0, 1, 2, 3])
    }

    @Test func `gives the command nothing of its own but the environment without passwords`() async throws {
        let descriptors = (0..<8).map { _ in open("/dev/null", O_RDONLY) }
        defer { for descriptor in descriptors { close(descriptor) } }
        let found = try await samples(
            1,
            of: #"printf '{"kept":"%s","files":"%s","group":%s,"pid":%s}\n' "$PATH" "#
                + #""$(cd /proc/$$/fd && echo [0-9]*)" "#
                + #""$(cut -d' ' -f5 </proc/$$/stat)" $$"#)
        #expect(found[0]["kept"]?.string == getenv("PATH").map { String(cString: $0) })
        // The pipe of the command substitution is the shell's own, one end of it for a moment only.
        #expect(found[0]["files"]?.string?.hasPrefix("0 1 2") == true)
        #expect(found[0]["files"]?.string?.split(separator: " ").count ?? 99 <= 5)
        #expect(found[0]["group"] == found[0]["pid"])
    }

    @Test(arguments: [
        ("COLLECTOR_REDIS=redis://:x@h", false), ("COLLECTOR_REDIS_PASSWORD_FILE=/x", false),
        ("COLLECTOR_SENTINEL_PASSWORD_FILE=/x", false), ("REDISCLI_AUTH=x", false), ("AWS_SECRET_ACCESS_KEY=x", false),
        ("LD_PRELOAD=/x", false), ("BASH_ENV=/x", false), ("PATHS=x", false), ("NOTIFY_SOCKET=/x", false),
        ("PATH=/bin", true), ("HOME=/root", true), ("LC_ALL=C", true), ("TZ=UTC", true), ("COLLECTOR", false),
    ])
    func `a command gets a clean environment`(variable: String, isPassedOn: Bool) {
        #expect(ExecChild.isPassedOn(variable) == isPassedOn)
    }

    @Test func `leaves no process of the command behind`() async throws {
        let found = try await samples(
            1, of: #"trap '' TERM; cat /dev/zero >/dev/null & printf '{"shell":%s,"child":%s}\n' $$ $!; wait"#)
        for name in ["shell", "child"] {
            let pid = try #require(found[0][name]?.number)
            // Who is gone is unknown, or a zombie of whoever took over the orphan.
            try await CollectorStage.until { kill(pid_t(pid), 0) != 0 || Self.isZombie(pid_t(pid)) }
        }
    }

    private static func isZombie(_ pid: pid_t) -> Bool {
        let descriptor = open("/proc/\(pid)/stat", O_RDONLY)
        guard descriptor >= 0 else { return true }
        defer { close(descriptor) }
        var bytes = [UInt8](repeating: 0, count: 256)
        let count = read(descriptor, &bytes, bytes.count)
        return count <= 0 || String(decoding: bytes[..<count], as: UTF8.self).contains(") Z ")
    }

    @Test func `drops a line that is too long and takes the next`() async throws {
        let found = try await samples(
            1, of: #"printf '{"a":"%070000d"}\n{"a":2}\n' 1; cat /dev/zero >/dev/null"#)
        #expect(found[0]["a"]?.number == 2)
    }

    @Test func `goes on after commands that fail`() async throws {
        let file = "/tmp/exec-probe-\(UInt64.random(in: 0 ... .max))"
        defer { unlink(file) }
        let found = try await samples(1, of: "if [ -e \(file) ]; then echo '{\"a\":1}'; else : >\(file); exit 3; fi")
        #expect(found[0]["a"]?.number == 1)
    }
}
