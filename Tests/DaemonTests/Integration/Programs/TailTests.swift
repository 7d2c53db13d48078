import JSONBytes
import RESP
import RedisClient
import TestSupport
import Testing

/// `streamassembler tail`, the real program on a real Redis.
@Suite(.timeLimit(.minutes(2)))
struct TailTests {
    private static func add(_ key: String, _ samples: [TestSample], _ redis: RedisServerProcess) async throws {
        let collector = try await RunningDaemon.connect(redis)
        _ = try await collector.send(
            RESPCommand(
                "ZADD", [.string(key)] + samples.flatMap { [.string($0.score), RESPArgument.bytes($0.member)] }))
        await collector.close()
    }

    @Test func `past samples come first, then each as it comes, byte for byte, until they are enough`() async throws {
        try await RedisServerProcess.running { redis in
            let odd = TestSample(
                score: "\(TestSample.now)",
                #"{ "id":"2","host":"a","probe":"top", "x":1.50,"name":"\u001b[2J é"}"#)
            try await Self.add("sa:{a}:top", [TestSample("0", at: -9_000), TestSample("1", at: -5_000)], redis)
            try await Self.add("sa:{b}:top", [TestSample("b", host: "b")], redis)
            let url = redis.unixURL
            let script = "exec \"$PROGRAM\" tail --json --redis '\(url)' --host a --depth 1 --count 2"
            let (lines, status) = try await ProgramUnderTest.run("streamassembler", shell: script, waits: true) {
                tail in
                var lines: [String] = []
                for await line in tail.lines {
                    lines.append(line)
                    if lines.count == 1 { try await Self.add("sa:{a}:top", [odd], redis) }
                }
                return lines
            }
            #expect(lines.count == 2)
            #expect(lines.first?.contains(#""id":"1""#) == true)
            #expect(lines.last == odd.text)
            #expect(status == 0)
        }
    }

    @Test func `a person reads figures, gone keys and no escape sequences; Ctrl-C ends it with status 0`() async throws
    {
        try await RedisServerProcess.running { redis in
            let url = redis.unixURL
            let sample = TestSample(
                score: "\(TestSample.now)",
                #"{"id":"1","host":"a","probe":"top","cpu":{"idle":87.5},"load":[0.5],"procs":"#
                    + #"{"cols":["comm","cpuPct"],"rows":[["a\u001b[2J",1]]}}"#)
            try await Self.add("sa:x", [sample], redis)
            let script = "exec \"$PROGRAM\" tail --redis '\(url)' --depth 5"
            let (_, status) = try await ProgramUnderTest.run("streamassembler", shell: script, waits: true) { tail in
                var lines = tail.lines.makeAsyncIterator()
                let line = try #require(await lines.next())
                #expect(line.contains(#"a\u{1b}[2J"#))
                #expect(line.contains("top      cpu 12.5%  load 0.5"))
                _ = try await redis.cli("DEL", "sa:x")
                let gone = try #require(await lines.next())
                #expect(gone.contains("gone"))
                tail.interrupt()
            }
            #expect(status == 0)
        }
    }

    @Test func `it ends when nobody reads any more`() async throws {
        try await RedisServerProcess.running { redis in
            let url = redis.unixURL
            let samples = (0..<3_000).map { TestSample("\($0)", at: Int64($0) - 3_000, padding: 100) }
            try await Self.add("sa:{a}:top", samples, redis)
            let tail = "\"$PROGRAM\" tail --json --redis '\(url)' --depth 3000"
            let script = "exec 3>&1; { \(tail); echo \"status $?\" >&3; } | head -n 1 >/dev/null"
            let status = try await ProgramUnderTest.run("streamassembler", shell: script, waits: true) { tail in
                await tail.line(with: "status")
            }
            #expect(status.result == "status 0")
        }
    }

    @Test func `a Redis that is not there is waited for, or ends it with 69 where it is required`() async throws {
        let url = "unix:///tmp/no-such-redis.sock"
        let required = try await ProgramUnderTest.run(
            "streamassembler", shell: "exec \"$PROGRAM\" tail --redis \(url) --require-redis", waits: true
        ) { _ in }
        #expect(required.status == 69)
        let waiting = try await ProgramUnderTest.run(
            "streamassembler", shell: "exec \"$PROGRAM\" tail --redis \(url) 2>&1", waits: true
        ) { tail in
            #expect(await tail.line(with: "trying again") != nil)
            tail.interrupt()
        }
        #expect(waiting.status == 0)
    }

    @Test(arguments: [
        ("--depth=-1", "depth: '-1' from the flag --depth is not valid; allowed: a whole number, 0 to 10000"),
        ("--count 0", "count: '0'"), ("--host ''", "host: ''"), ("--redis ftp://x", "redis: 'ftp://x'"),
    ])
    func `a flag that makes no sense is refused`(_ flags: String, _ message: String) async throws {
        let outcome = try await ProgramUnderTest.run(
            "streamassembler", shell: "exec \"$PROGRAM\" tail \(flags) 2>&1", waits: true
        ) { tail in await tail.line(with: message) }
        #expect(outcome.result != nil)
        #expect(outcome.status == 64)
    }
}
