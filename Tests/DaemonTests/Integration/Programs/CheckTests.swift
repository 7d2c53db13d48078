import TestSupport
import Testing

@testable import Daemon

/// `check` finds what `serve` finds, and says it in the same words.
@Suite(.timeLimit(.minutes(1))) struct CheckTests {
    private func check(_ url: String) async -> (status: Int32, text: String) {
        var configuration = DaemonConfiguration()
        configuration.redisURL = url
        var lines: [String] = []
        let status = await Check(configuration).run { lines.append($0) }
        return (status, lines.joined(separator: "\n"))
    }

    @Test func `a server that can be followed`() async throws {
        try await RedisServerProcess.running { server in
            _ = try await server.cli("ZADD", "sa:{h}:top", "1", "x")
            let (status, text) = await check(server.unixURL)
            #expect(status == 0)
            #expect(text.contains("following       ok, live: by notifications\nkeys            1 under 'sa:'"))
            // Nothing was changed there.
            #expect(try await server.cli("CONFIG", "GET", "notify-keyspace-events").hasSuffix("\n"))
        }
    }

    @Test func `one where only the clock is left`() async throws {
        try await RedisServerProcess.running { server in
            _ = try await server.cli("ACL", "SETUSER", "u", "on", ">p", "~sa:*", "&__keyspace@*", "+@all")
            let (status, text) = await check(server.unixURL.replacing("unix://", with: "unix://u:p@"))
            #expect(status == 0)
            #expect(text.contains("ok, polling: allow the channels"))
            #expect(text.contains("redis-cli ACL SETUSER u +psubscribe '&__keyspace@0__:sa:*'"))
        }
    }

    @Test func `one without the rights, and a node of a cluster`() async throws {
        try await RedisServerProcess.running { server in
            _ = try await server.cli("ACL", "SETUSER", "u", "on", ">p", "~sa:*", "+@all", "-zcount")
            let (status, text) = await check(server.unixURL.replacing("unix://", with: "unix://u:p@"))
            #expect(status == 69)
            #expect(text.contains("failed, no-permission") && text.contains("grant: redis-cli ACL SETUSER u"))
        }
        let bus = try await FreePort.take()
        try await RedisServerProcess.running(["--cluster-enabled", "yes", "--cluster-port", "\(bus)"]) { server in
            let (status, text) = await check(server.unixURL)
            #expect(status == 69)
            #expect(text.contains("failed, unsupported: this is a node of a Redis Cluster"))
        }
    }
}
