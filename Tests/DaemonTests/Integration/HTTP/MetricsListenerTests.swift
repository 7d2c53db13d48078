import Daemon
import TestSupport
import Testing

/// `--metrics-listen`: a port of its own for `/metrics`.
@Suite(.timeLimit(.minutes(1))) struct MetricsListenerTests {
    private static let token = "correct-horse-battery"

    private func port(_ daemon: RunningDaemon) async throws -> Int {
        await daemon.log.until("metrics have a port of their own")
        let line = try #require(daemon.log.lines(with: "metrics have a port of their own").first)
        return try #require(line.split(separator: ":").last.flatMap { Int($0.prefix(while: \.isNumber)) })
    }

    private func status(
        _ target: String, _ port: Int, host: String? = nil, _ headers: [String] = []
    ) async throws -> Int {
        let answer = try await HTTPProbe.get(target, port: port, host: host, headers: headers)
        return try #require(answer.split(separator: " ").dropFirst().first.flatMap { Int($0) })
    }

    @Test func `metrics are there and nowhere else, and nothing else is there`() async throws {
        try await RunningDaemon.with(adjust: { $0.metricsListen = "127.0.0.1:0" }) { daemon in
            let own = try await port(daemon)
            let answer = try await HTTPProbe.get("/metrics", port: own, host: nil, headers: [])
            let body = try #require(answer.split(separator: "\r\n\r\n", maxSplits: 1).last)
            #expect(try PrometheusText(String(body)).families["streamassembler_ready"] != nil)
            #expect(try await status("/healthz", own) == 200)
            for target in ["/", "/api/v1/keys", "/readyz", "/assets/src/start.js"] {
                #expect(try await status(target, own) == 404, "\(target)")
            }
            #expect(try await status("/socket.io/?EIO=4&transport=polling", own) == 403)
            #expect(try await status("/metrics", own, host: "evil.example") == 403)
            #expect(try await status("/metrics", daemon.port) == 404)
            #expect(try await status("/api/v1/keys", daemon.port) == 200)
        }
    }

    @Test func `the token counts there too`() async throws {
        let adjust: (inout DaemonConfiguration) -> Void = {
            $0.metricsListen = "127.0.0.1:0"
            $0.token = Self.token
        }
        try await RunningDaemon.with(adjust: adjust) { daemon in
            let own = try await port(daemon)
            #expect(try await status("/metrics", own) == 401)
            #expect(try await status("/metrics", own, ["Authorization: Bearer \(Self.token)"]) == 200)
        }
    }

    /// As many as there are places, of this machine itself: Prometheus often is on it, too.
    @Test(arguments: ["", "GET /healthz HTTP/1.1\r\nHost: localhost\r\n\r\n"])
    func `who asks nothing, or nothing more, keeps no scrape out`(asked: String) async throws {
        try await RunningDaemon.with(adjust: { $0.metricsListen = "127.0.0.1:0" }) { daemon in
            let own = try await port(daemon)
            var held: [HTTPProbe] = []
            for _ in 0..<8 {
                let probe = try await HTTPProbe.connect(port: own)
                held.append(probe)
                guard !asked.isEmpty else { continue }
                try await probe.send(asked)
                _ = await probe.next()
            }
            for _ in 0..<3 { #expect(try await status("/metrics", own) == 200) }
        }
    }

    @Test func `a port that is taken ends the daemon, and the setting is named`() async throws {
        try await RunningDaemon.with { first in
            var configuration = DaemonConfiguration()
            configuration.port = 0
            configuration.redisURL = first.redis.unixURL
            configuration.metricsListen = "127.0.0.1:\(first.port)"
            let second = Composition(configuration, writeLog: { _ in })
            let failure = await #expect(throws: StartFailure.self) { try await second.run(onListening: { _ in }) }
            #expect(failure?.description.contains("metrics-listen") == true)
            #expect(failure?.exitStatus == 69)
        }
    }
}
