import NIOPosix
import Probes
import RedisClient
import TestSupport
import Testing

@testable import CollectorAgent

/// What `collector check` and the log say about a Redis holds there, word for word.
@Suite(.timeLimit(.minutes(1))) struct RedisAdviceTests {
    private static func check(
        _ configuration: CollectorConfiguration
    ) async -> (findings: [CheckFinding], status: Int32) {
        await RedisCheck.findings(
            configuration, on: MultiThreadedEventLoopGroup.singleton.next(), logger: LogRecorder().logger)
    }

    @Test(arguments: [0, 3], ["sa", "s.a_b-1"])
    func `a user with the printed grant and nothing else can be a collector, trims included`(
        database: Int, prefix: String
    ) async throws {
        try await RedisServerProcess.running { server in
            _ = try await server.cli("ACL", "SETUSER", "writer", "on", ">secret")
            var configuration = try CollectorStage.configuration(
                server, push: PushPolicy(keep: 5, retentionMs: 60_000, samplesPerTrim: 3, lateAfterMs: 60_000),
                patience: .seconds(60))
            let url = server.unixURL.replacing("unix://", with: "unix://writer:secret@") + "?db=\(database)"
            configuration.redis = try RedisEndpoint(url: url)
            configuration.prefix = prefix
            let denied = await Self.check(configuration)
            #expect(denied.status == 77)
            let advice = try #require(denied.findings.last?.detail)
            let grant = try #require(advice.firstRange(of: "grant: ").map { String(advice[$0.upperBound...]) })
            // As it is printed, into a shell.
            #expect(try await server.shell("redis-cli \(grant)") == "OK\n")
            let granted = await Self.check(configuration)
            #expect(granted.status == 0 && granted.findings.last?.detail == "writable", "\(granted.findings)")
            let key = "\(prefix):{web-1}:netstat"
            // Of a clock that was wrong.
            _ = try await server.cli("-n", "\(database)", "ZADD", key, "99999999999999", "wrong")
            let log = LogRecorder()
            try await CollectorStage.collecting(configuration, log: log) { collector in
                try await CollectorStage.until(collector) { $0.stored >= 12 && $0.waiting == 0 }
            }
            let members = try await server.cli("-n", "\(database)", "ZRANGE", key, "0", "-1")
            #expect(!members.contains("wrong") && members.split(separator: "\n").count <= 7)
            #expect(try await Int(server.cli("-n", "\(database)", "PTTL", key)) ?? 0 > 0)
            #expect(log.entries(of: "Redis takes no samples, they wait").isEmpty)
        }
    }

    private static func node(_ body: (RedisServerProcess) async throws -> Void) async throws {
        let bus = try await FreePort.take()
        try await RedisServerProcess.running(
            ["--cluster-enabled", "yes", "--cluster-port", "\(bus)"], tcp: true, body)
    }

    @Test func `a node with all slots takes samples, and check says that nobody follows it`() async throws {
        try await Self.node { server in
            #expect(try await server.cli("CLUSTER", "ADDSLOTSRANGE", "0", "16383") == "OK")
            try await CollectorStage.until { try await server.cli("CLUSTER", "INFO").contains("cluster_state:ok") }
            let configuration = try CollectorStage.configuration(server, probes: [.top, .netstat])
            let found = await Self.check(configuration)
            #expect(found.status == 0)
            #expect(
                found.findings.first?.detail
                    == "reachable, but a node of a Redis Cluster, which streamassembler does not follow: "
                    + "give the URL of a single Redis")
            #expect(found.findings.dropFirst().map(\.detail) == ["writable", "writable"])
            try await CollectorStage.collecting(configuration) { collector in
                try await CollectorStage.until(collector) { $0.stored >= 10 }
            }
            #expect(try await CollectorStage.samples(server).count >= 4)
        }
    }

    @Test func `a node without slots is named with the reason, by check and in the log`() async throws {
        try await Self.node { try await Self.isRefused($0, "CLUSTERDOWN") }
    }

    @Test func `a node whose neighbour has the host's slot is named with the reason, by check and in the log`()
        async throws
    {
        try await Self.node { server in
            try await Self.node { other in
                let slot = try #require(Int(try await server.cli("CLUSTER", "KEYSLOT", "sa:{web-1}:netstat")))
                _ = try await server.cli("CLUSTER", "ADDSLOTSRANGE", "0", "\(slot - 1)", "\(slot + 1)", "16383")
                _ = try await other.cli("CLUSTER", "ADDSLOTS", "\(slot)")
                let bus = try await other.cli("CONFIG", "GET", "cluster-port").split(separator: "\n").last ?? ""
                let port = try #require(other.port)
                #expect(try await server.cli("CLUSTER", "MEET", "127.0.0.1", "\(port)", String(bus)) == "OK")
                try await CollectorStage.until { try await server.cli("CLUSTER", "INFO").contains("cluster_state:ok") }
                try await Self.isRefused(server, "MOVED")
            }
        }
    }

    private static func isRefused(_ server: RedisServerProcess, _ code: String) async throws {
        let configuration = try CollectorStage.configuration(server)
        let found = await check(configuration)
        #expect(found.status != 0)
        let advice = "this is a node of a Redis Cluster: give the URL of a single Redis"
        let detail = found.findings.last?.detail ?? ""
        #expect(detail.contains(code) && detail.contains(advice), "\(found.findings)")
        let log = LogRecorder()
        try await CollectorStage.collecting(configuration, log: log) { _ in
            try await CollectorStage.until {
                log.entries(of: "Redis takes no samples, they wait").contains {
                    $0["reason"]?.contains(code) == true && $0["reason"]?.contains(advice) == true
                }
            }
        }
    }
}
