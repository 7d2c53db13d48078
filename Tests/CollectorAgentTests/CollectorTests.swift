import CollectorAgent
import JSONBytes
import Logging
import NIOPosix
import RedisClient
import ServiceLifecycle
import TestSupport
import Testing

/// The whole collector against a real `redis-server`.
@Suite struct CollectorTests {
    private func configuration(
        _ server: RedisServerProcess, probes: [ProbeName] = [.netstat], push: PushPolicy = PushPolicy()
    ) throws -> CollectorConfiguration {
        CollectorConfiguration(
            redis: try RedisEndpoint(url: server.unixURL), host: "web-1", interval: .milliseconds(100), probes: probes,
            push: push)
    }

    /// Runs a collector while `body` looks on, then asks it to stop; gives back after it has ended by itself.
    private func collecting(
        _ configuration: CollectorConfiguration, _ body: (Collector) async throws -> Void
    ) async throws {
        let logger = Logger(label: "test") { _ in SwiftLogNoOpLogHandler() }
        let collector = try Collector(
            configuration, eventLoop: MultiThreadedEventLoopGroup.singleton.next(), logger: logger)
        let group = ServiceGroup(
            configuration: .init(
                services: [.init(service: collector, successTerminationBehavior: .gracefullyShutdownGroup)],
                logger: logger))
        try await withThrowingTaskGroup(of: Void.self) { tasks in
            tasks.addTask { try await group.run() }
            let result: Result<Void, any Error>
            do {
                try await body(collector)
                result = .success(())
            } catch {
                result = .failure(error)
            }
            await group.triggerGracefulShutdown()
            try await tasks.waitForAll()
            try result.get()
        }
    }

    private func until(_ condition: () async throws -> Bool) async throws {
        let deadline = ContinuousClock.now + .seconds(20)
        while try await !condition() {
            try #require(ContinuousClock.now < deadline, "waited 20 s in vain")
            await Task.yield()
        }
    }

    private func samples(_ server: RedisServerProcess, _ probe: String) async throws -> [JSONValue] {
        let text = try await server.cli("ZRANGE", "sa:{web-1}:\(probe)", "0", "-1", "WITHSCORES")
        let lines = text.split(separator: "\n")
        return try stride(from: 0, to: lines.count - 1, by: 2).map { index in
            let json = try JSONValue(parsing: Array(lines[index].utf8))
            #expect(json["t"]?.number == Double(lines[index + 1]))
            return json
        }
    }

    @Test(.timeLimit(.minutes(1)))
    func `writes both keys with the sample's time as score, trimmed and expiring`() async throws {
        try await RedisServerProcess.running { server in
            let push = PushPolicy(keep: 5, retentionMs: 60_000, samplesPerTrim: 3)
            try await collecting(configuration(server, probes: [.top, .netstat], push: push)) { collector in
                try await until { await collector.progress.stored >= 20 }
            }
            for probe in ["top", "netstat"] {
                let samples = try await samples(server, probe)
                #expect((5...7).contains(samples.count))
                let sequence = samples.compactMap { $0["seq"]?.number }
                let first = try #require(sequence.first)
                #expect(sequence == sequence.indices.map { first + Double($0) })
                #expect(samples.allSatisfy { $0["probe"]?.string == probe })
                let expiry = try #require(Int(try await server.cli("PTTL", "sa:{web-1}:\(probe)")))
                #expect((1...60_000).contains(expiry))
            }
        }
    }

    @Test(.timeLimit(.minutes(1)))
    func `loses nothing while Redis is away and marks what comes late`() async throws {
        try await RedisServerProcess.running { server in
            try await collecting(configuration(server, push: PushPolicy(lateAfterMs: 300))) { collector in
                try await until { await collector.progress.stored >= 3 }
                await server.kill()
                try await until { await collector.progress.waiting >= 8 }
                let taken = await collector.progress.stored
                try await server.restart()
                try await until { await collector.progress.stored >= taken + 12 }
                let samples = try await samples(server, "netstat")
                // The server kept nothing: what it has now are exactly the samples it had not confirmed.
                let sequence = samples.compactMap { $0["seq"]?.number }
                #expect(sequence == sequence.indices.map { Double(taken) + Double($0) })
                let late = samples.filter { $0["flags"]?.array?.contains(.string("backfill")) == true }
                #expect(late.count >= 3)
                #expect(samples.last?["flags"]?.array?.contains(.string("backfill")) == false)
            }
        }
    }

    @Test(.timeLimit(.minutes(1)))
    func `keeps only the newest samples when Redis stays away too long`() async throws {
        try await RedisServerProcess.running { server in
            try await collecting(configuration(server, push: PushPolicy(queuedSamples: 4))) { collector in
                try await until { await collector.progress.stored >= 2 }
                await server.kill()
                try await until { await collector.dropped >= 3 }
                try await until { await collector.progress.waiting == 4 }
                try await server.restart()
                try await until { await collector.progress.waiting == 0 }
                let sequence = try await samples(server, "netstat").compactMap { $0["seq"]?.number }
                let (first, last) = (try #require(sequence.first), try #require(sequence.last))
                #expect(zip(sequence, sequence.dropFirst()).allSatisfy { $0 < $1 })
                // On a starved machine more may be lost while the oldest are on their way; what is lost is counted.
                #expect(Int(last - first) + 1 - sequence.count <= Int(await collector.dropped))
            }
        }
    }

    @Test(.timeLimit(.minutes(1)))
    func `a key of another type stops neither the other probe nor the collector`() async throws {
        try await RedisServerProcess.running { server in
            _ = try await server.cli("SET", "sa:{web-1}:top", "x")
            try await collecting(configuration(server, probes: [.top, .netstat])) { collector in
                try await until { await collector.progress.stored >= 3 }
            }
            #expect(try await server.cli("GET", "sa:{web-1}:top") == "x")
            #expect(try await samples(server, "netstat").count >= 3)
        }
    }

    @Test(.timeLimit(.minutes(1)))
    func `finds out what it may write without writing`() async throws {
        try await RedisServerProcess.running { server in
            let logger = Logger(label: "test") { _ in SwiftLogNoOpLogHandler() }
            let eventLoop = MultiThreadedEventLoopGroup.singleton.next()
            var configuration = try configuration(server)
            let fine = await RedisCheck.findings(configuration, on: eventLoop, logger: logger)
            #expect(fine.status == 0)
            #expect(fine.findings.map(\.verdict) == [.fine, .fine])
            #expect(try await server.cli("DBSIZE") == "0")

            _ = try await server.cli("ACL", "SETUSER", "default", "-zadd")
            let denied = await RedisCheck.findings(configuration, on: eventLoop, logger: logger)
            #expect(denied.status == 77)
            #expect(denied.findings.last?.verdict == .denied)
            #expect(denied.findings.last?.detail.contains("+zadd") == true)

            configuration.redis = try RedisEndpoint(url: "unix:///nonexistent/redis.sock")
            let away = await RedisCheck.findings(configuration, on: eventLoop, logger: logger)
            #expect(away.status == 69)
        }
    }
}
