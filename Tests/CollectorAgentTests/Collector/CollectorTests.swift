import JSONBytes
import Logging
import NIOPosix
import Probes
import RedisClient
import TestSupport
import Testing

@testable import CollectorAgent

/// The whole collector against a real `redis-server`.
@Suite struct CollectorTests {
    @Test(.timeLimit(.minutes(1)))
    func `writes both keys with the sample's time as score, trimmed and expiring`() async throws {
        try await RedisServerProcess.running { server in
            // However slow the machine: none is late and waits while newer ones go before it.
            let push = PushPolicy(keep: 5, retentionMs: 60_000, samplesPerTrim: 3, lateAfterMs: 60_000)
            let configuration = try CollectorStage.configuration(
                server, probes: [.top, .netstat], push: push, patience: .seconds(60))
            try await CollectorStage.collecting(configuration) { collector in
                try await CollectorStage.until(collector) { $0.stored >= 20 && $0.waiting == 0 }
            }
            for probe in ["top", "netstat"] {
                let samples = try await CollectorStage.samples(server, probe)
                #expect((5...7).contains(samples.count))
                let sequence = CollectorStage.sequence(samples)
                let first = try #require(sequence.first)
                #expect(sequence == sequence.indices.map { first + $0 })
                #expect(samples.allSatisfy { $0["probe"]?.string == probe })
                let expiry = try #require(Int(try await server.cli("PTTL", "sa:{web-1}:\(probe)")))
                #expect((1...60_000).contains(expiry))
            }
        }
    }

    @Test(.timeLimit(.minutes(1)))
    func `a key of another type stops neither the other probe nor the collector`() async throws {
        try await RedisServerProcess.running { server in
            _ = try await server.cli("SET", "sa:{web-1}:top", "x")
            try await CollectorStage.collecting(
                CollectorStage.configuration(server, probes: [.top, .netstat])
            ) { collector in
                try await CollectorStage.until(collector) { $0.stored >= 3 && $0.refused >= 3 }
            }
            #expect(try await server.cli("GET", "sa:{web-1}:top") == "x")
            #expect(try await CollectorStage.samples(server).count >= 3)
        }
    }

    @Test(.timeLimit(.minutes(1)))
    func `finds out what it may write without writing`() async throws {
        try await RedisServerProcess.running { server in
            let logger = Logger(label: "test") { _ in SwiftLogNoOpLogHandler() }
            let eventLoop = MultiThreadedEventLoopGroup.singleton.next()
            var configuration = try CollectorStage.configuration(server, patience: .seconds(60))
            let fine = await RedisCheck.findings(configuration, on: eventLoop, logger: logger)
            #expect(fine.status == 0)
            #expect(fine.findings.map(\.verdict) == [.fine, .fine])
            #expect(try await server.cli("DBSIZE") == "0")

            _ = try await server.cli("ACL", "SETUSER", "default", "-zadd")
            let denied = await RedisCheck.findings(configuration, on: eventLoop, logger: logger)
            #expect(denied.status == 77)
            #expect(denied.findings.last?.verdict == .denied)
            let grant =
                "ACL SETUSER default ~sa:{web-1}:* +ping +multi +exec +discard +zadd +zremrangebyrank "
                + "+zremrangebyscore +pexpire +type"
            #expect(denied.findings.last?.detail.hasSuffix("grant: \(grant)") == true)
            // The line can be pasted as it is, and is enough.
            _ = try await server.cli("ACL", "SETUSER", "default", "resetkeys", "-@all", "+acl", "+dbsize")
            _ = try await server.cli(grant.split(separator: " ").map(String.init))
            let granted = await RedisCheck.findings(configuration, on: eventLoop, logger: logger)
            #expect(granted.status == 0, "\(granted.findings)")
            #expect(granted.findings.last?.detail == "writable")
            // A line that older versions gave is enough to write, and the one thing more is told.
            _ = try await server.cli("ACL", "SETUSER", "default", "-zremrangebyscore")
            let older = await RedisCheck.findings(configuration, on: eventLoop, logger: logger)
            #expect(older.status == 0)
            #expect(older.findings.last?.detail.contains("+zremrangebyscore") == true)

            configuration.mirrors = [try RedisEndpoint(url: "unix:///nonexistent/mirror.sock")]
            let mirrored = await RedisCheck.findings(configuration, on: eventLoop, logger: logger)
            #expect(mirrored.status == 69)
            #expect(mirrored.findings.map(\.verdict) == [.fine, .fine, .failed])

            configuration.mirrors = []
            configuration.redis = try RedisEndpoint(url: "unix:///nonexistent/redis.sock")
            let away = await RedisCheck.findings(configuration, on: eventLoop, logger: logger)
            #expect(away.status == 69)
        }
    }

    @Test func `says where samples would wait, how many do, and what room there is`() throws {
        try ScratchFolder.with { folder in
            var configuration = CollectorConfiguration(redis: try RedisEndpoint(url: "redis://a"), host: "web-1")
            #expect(SpoolCheck.findings(configuration).map(\.verdict) == [.fine])
            configuration.spool = folder
            configuration.mirrors = [try RedisEndpoint(url: "redis://:secret@b/2")]
            let findings = SpoolCheck.findings(configuration)
            #expect(findings.map(\.verdict) == [.fine, .fine])
            #expect(findings.last?.source.hasPrefix("\(folder)/redis___b_6379_2-") == true)
            let room = findings.first?.detail.split(separator: " ").dropLast(2).last.flatMap { Int($0) }
            #expect(room ?? 0 > 0, "\(findings)")
            configuration.spool = "/proc/none"
            #expect(SpoolCheck.findings(configuration).map(\.verdict) == [.failed, .failed])
        }
    }
}
