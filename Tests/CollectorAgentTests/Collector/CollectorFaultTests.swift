import CollectorAgent
import JSONBytes
import Probes
import RedisClient
import TestSupport
import Testing

/// Redis goes away in every way it can: each sample taken is there afterwards, in order, none twice.
@Suite(.timeLimit(.minutes(3))) struct CollectorFaultTests {
    /// Without a gap from the first on, each id once.
    private func expectComplete(_ samples: [JSONValue], from first: Int = 0) {
        let sequence = CollectorStage.sequence(samples)
        #expect(sequence == sequence.indices.map { first + $0 })
        #expect(Set(samples.compactMap { $0["id"]?.string }).count == samples.count)
    }

    private func untilAllStored(_ collector: Collector, redis index: Int = 0) async throws {
        try await CollectorStage.until(collector, redis: index, within: .seconds(60)) {
            $0.waiting == 0 && $0.stored > 0
        }
    }

    @Test(arguments: [false, true])
    func `Redis is stopped for a minute`(hasSpool: Bool) async throws {
        try await ScratchFolder.with { folder in
            try await RedisServerProcess.running(["--appendonly", "yes", "--appendfsync", "always"]) { server in
                var configuration = try CollectorStage.configuration(
                    server, probes: [.top, .netstat], interval: .seconds(1))
                if hasSpool { configuration.spool = folder }
                try await CollectorStage.collecting(configuration) { collector in
                    try await CollectorStage.until(collector) { $0.stored >= 2 }
                    await server.kill()
                    // A sample of each probe in each second.
                    try await CollectorStage.until(collector, within: .seconds(120)) { $0.waiting >= 120 }
                    try await server.restart()
                    try await untilAllStored(collector)
                }
                for probe in ["top", "netstat"] {
                    let samples = try await CollectorStage.samples(server, probe)
                    #expect(samples.count >= 61)
                    expectComplete(samples)
                    let late = samples.count { CollectorStage.flags($0).contains("backfill") }
                    #expect(late >= 58)
                }
            }
        }
    }

    @Test func `Redis is stalled, and answers what it was sent before and after`() async throws {
        try await RedisServerProcess.running { server in
            let configuration = try CollectorStage.configuration(server, push: PushPolicy(lateAfterMs: 300))
            try await CollectorStage.collecting(configuration) { collector in
                try await CollectorStage.until(collector) { $0.stored >= 3 }
                server.suspend()
                try await CollectorStage.until(collector) { $0.waiting >= 20 }
                server.resume()
                try await untilAllStored(collector)
                try await CollectorStage.until(collector) { $0.stored >= 30 }
            }
            let samples = try await CollectorStage.samples(server)
            expectComplete(samples)
            // Those that Redis had been sent already say nothing; those that waited do.
            let isLate = samples.map { CollectorStage.flags($0).contains("backfill") }
            #expect(isLate.contains(false))
            #expect(isLate.count(where: \.self) >= 10)
        }
    }

    @Test func `Redis comes back empty`() async throws {
        try await RedisServerProcess.running { server in
            try await CollectorStage.collecting(CollectorStage.configuration(server)) { collector in
                try await CollectorStage.until(collector) { $0.stored >= 3 }
                await server.kill()
                try await CollectorStage.until(collector) { $0.waiting >= 8 }
                let taken = await collector.progress[0].stored
                try await server.restart()
                try await untilAllStored(collector)
                try await CollectorStage.until(collector) { $0.stored >= taken + 12 }
                // What it has now are exactly the samples it had not confirmed, and the key expires again.
                expectComplete(try await CollectorStage.samples(server), from: Int(taken))
                #expect(try await Int(server.cli("PTTL", "sa:{web-1}:netstat")) ?? 0 > 0)
            }
        }
    }

    @Test func `the password is wrong, then right`() async throws {
        try await RedisServerProcess.running(["--requirepass", "right"]) { server in
            var configuration = try CollectorStage.configuration(server)
            configuration.redis = try RedisEndpoint(
                url: server.unixURL.replacing("unix://", with: "unix://default:wrong@"))
            try await CollectorStage.collecting(configuration) { collector in
                try await CollectorStage.until(collector) { $0.waiting >= 10 && $0.stored == 0 }
                _ = try await server.cli("-a", "right", "--no-auth-warning", "CONFIG", "SET", "requirepass", "wrong")
                try await untilAllStored(collector)
                _ = try await server.cli("-a", "wrong", "--no-auth-warning", "CONFIG", "SET", "requirepass", "")
            }
            expectComplete(try await CollectorStage.samples(server))
        }
    }

    @Test func `Redis is out of memory, then a replica that is read-only`() async throws {
        try await RedisServerProcess.running { server in
            try await CollectorStage.collecting(CollectorStage.configuration(server)) { collector in
                try await CollectorStage.until(collector) { $0.stored >= 3 }
                for (broken, mended) in [
                    (["CONFIG", "SET", "maxmemory", "1"], ["CONFIG", "SET", "maxmemory", "0"]),
                    (["REPLICAOF", "127.0.0.1", "1"], ["REPLICAOF", "NO", "ONE"]),
                ] {
                    _ = try await server.cli(broken)
                    try await CollectorStage.until(collector) { $0.waiting >= 5 }
                    _ = try await server.cli(mended)
                    try await untilAllStored(collector)
                }
            }
            expectComplete(try await CollectorStage.samples(server))
        }
    }

    @Test func `what waited in the spool when the collector ended is sent by the next one`() async throws {
        try await ScratchFolder.with { folder in
            try await RedisServerProcess.running(["--appendonly", "yes", "--appendfsync", "always"]) { server in
                var configuration = try CollectorStage.configuration(server)
                configuration.spool = folder
                var taken = 0
                try await CollectorStage.collecting(configuration) { collector in
                    try await CollectorStage.until(collector) { $0.stored >= 3 }
                    await server.kill()
                    try await CollectorStage.until(collector) { $0.waiting >= 10 }
                    taken = Int(await collector.progress[0].stored) + 10
                }
                try await server.restart()
                try await CollectorStage.collecting(configuration) { collector in
                    // Its own come behind those of the spool.
                    try await CollectorStage.until(collector) { $0.stored >= 10 }
                    let spooled = Int(await collector.progress[0].stored + UInt64(await collector.progress[0].waiting))
                    try await CollectorStage.until(collector) { $0.waiting == 0 && Int($0.stored) >= spooled + 6 }
                }
                let starts = Dictionary(grouping: try await CollectorStage.samples(server)) {
                    $0["id"]?.string?.split(separator: ":").dropLast().joined(separator: ":")
                }
                #expect(starts.count == 2)
                for samples in starts.values { expectComplete(samples) }
                #expect(starts.values.contains { $0.count >= taken })
            }
        }
    }

    @Test func `what gave way is counted in the next sample`() async throws {
        try await RedisServerProcess.running(["--appendonly", "yes", "--appendfsync", "always"]) { server in
            let push = PushPolicy(waiting: WaitingLimits(bytes: 1 << 15))
            try await CollectorStage.collecting(CollectorStage.configuration(server, push: push)) { collector in
                try await CollectorStage.until(collector) { $0.stored >= 2 }
                await server.kill()
                try await CollectorStage.until(collector) { $0.dropped >= 5 }
                try await server.restart()
                try await untilAllStored(collector)
                let stored = await collector.progress[0].stored
                try await CollectorStage.until(collector) { $0.stored >= stored + 3 }
                let samples = try await CollectorStage.samples(server)
                let sequence = CollectorStage.sequence(samples)
                let missing = try #require(sequence.last) + 1 - sequence.count
                let told = samples.compactMap { $0["lost"]?.number }.reduce(0, +)
                // What was sent without an answer and gave way then may be there after all: told, and not missing.
                #expect(missing >= 5)
                #expect(Int(told) >= missing)
                #expect(await Int(told) <= 2 * Int(collector.progress[0].dropped))
            }
        }
    }

    @Test func `a mirror that is away does not hinder the other, and gets all when it is back`() async throws {
        try await RedisServerProcess.running { first in
            try await RedisServerProcess.running(["--appendonly", "yes", "--appendfsync", "always"]) { second in
                let configuration = try CollectorStage.configuration(
                    first, second, push: PushPolicy(lateAfterMs: 20_000))
                try await CollectorStage.collecting(configuration) { collector in
                    try await CollectorStage.until(collector, redis: 1) { $0.stored >= 2 }
                    await second.kill()
                    try await CollectorStage.until(collector, redis: 1) { $0.waiting >= 8 }
                    let waited = await collector.progress[1].waiting
                    try await CollectorStage.until(collector) { $0.stored >= waited }
                    try await second.restart()
                    try await untilAllStored(collector, redis: 1)
                }
                for server in [first, second] { expectComplete(try await CollectorStage.samples(server)) }
                // The first may have come before the connection; those taken while the other was away did not wait.
                let isLate = try await CollectorStage.samples(first).suffix(8).map {
                    CollectorStage.flags($0).contains("backfill")
                }
                #expect(!isLate.contains(true))
            }
        }
    }

    @Test func `new settings change probes, intervals and servers without a gap`() async throws {
        try await RedisServerProcess.running { first in
            try await RedisServerProcess.running { second in
                let configuration = try CollectorStage.configuration(first)
                try await CollectorStage.collecting(configuration) { collector in
                    try await CollectorStage.until(collector) { $0.stored >= 3 }
                    var next = try CollectorStage.configuration(first, second, probes: [.top, .netstat])
                    next.intervals["netstat"] = .milliseconds(200)
                    next.host = "other"
                    await collector.reconfigure(next)
                    try await CollectorStage.until(collector, redis: 1) { $0.stored >= 12 }
                    await collector.reconfigure(try CollectorStage.configuration(second))
                    let stored = await collector.progress[0].stored
                    try await CollectorStage.until(collector) { $0.stored >= stored + 5 }
                    #expect(await collector.progress.count == 1)
                }
                expectComplete(try await CollectorStage.samples(first))
                let mirrored = try await CollectorStage.samples(second)
                expectComplete(mirrored, from: try #require(CollectorStage.sequence(mirrored).first))
                #expect(Set(mirrored.compactMap { $0["intervalMs"]?.number }) == [100, 200])
                expectComplete(try await CollectorStage.samples(second, "top"))
                // The host's name cannot change while running.
                #expect(try await second.cli("KEYS", "*other*") == "")
            }
        }
    }
}
