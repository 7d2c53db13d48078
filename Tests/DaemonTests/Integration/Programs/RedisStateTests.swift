import Daemon
import JSONBytes
import RedisClient
import ServiceLifecycle
import TestSupport
import Testing

/// Everything that keeps the daemon from following: one clear state in `/readyz`, one line in the log, the event
/// `status`, and another try until it works.
@Suite(.timeLimit(.minutes(1))) struct RedisStateTests {
    /// Waits for the state, then for more attempts, and looks at what was said meanwhile.
    private func expect(
        _ status: String, _ words: String..., adjust: @escaping (inout DaemonConfiguration) -> Void
    ) async throws {
        try await LoneDaemon.with(adjust: adjust) { daemon in
            let client = try await daemon.client()
            while client.statuses.last != status { try await client.next() }
            await daemon.log.until("redis is away", count: 4)
            let body = try await daemon.readiness()
            #expect(body["redis"]?["status"]?.string == status)
            for word in words { #expect(body["redis"]?["detail"]?.string?.contains(word) == true, "\(body)") }
            #expect(daemon.log.lines(with: "redis is away").filter { $0.contains(" warning ") }.count == 1)
            #expect(client.statuses.filter { $0 != "connecting" } == [status])
        }
    }

    @Test func `a wrong password`() async throws {
        try await RedisServerProcess.running(["--requirepass", "right"]) { redis in
            try await expect("wrong-password", "WRONGPASS") { $0.redisURL = "unix://:wrong@\(redis.socketPath)" }
            try await expect("wrong-password", "NOAUTH") { $0.redisURL = redis.unixURL }
        }
    }

    @Test func `a permission that is missing, with what to grant`() async throws {
        let user = ["--user", "bob", "on", ">pw", "~sa:*", "&*", "+@all", "-zrevrangebyscore"]
        try await RedisServerProcess.running(user) { redis in
            try await expect("no-permission", "zrevrangebyscore", "ACL SETUSER bob", "~sa:*") {
                $0.redisURL = "unix://bob:pw@\(redis.socketPath)"
            }
        }
    }

    @Test func `a database that there is not`() async throws {
        try await RedisServerProcess.running { redis in
            try await expect("wrong-database", "out of range") { $0.redisURL = redis.unixURL + "?db=999" }
        }
    }

    @Test func `a port that is no Redis`() async throws {
        try await StrangeServer.running(answer: { _ in "HTTP/1.1 400 Bad Request\r\n\r\n" }) { server in
            try await expect("protocol-error", "is this a Redis?") { $0.redisURL = "redis://127.0.0.1:\(server.port)" }
        }
    }

    @Test func `an announcement of ten gigabytes`() async throws {
        let answer: @Sendable (String) -> String = { request in
            request.contains("INFO") ? "$10737418240\r\n" : "+OK\r\n+PONG\r\n"
        }
        try await StrangeServer.running(answer: answer) { server in
            try await expect("protocol-error", "10737418240 bytes") { $0.redisURL = "redis://127.0.0.1:\(server.port)" }
        }
    }

    @Test func `a server that loads`() async throws {
        let loading = "-LOADING Redis is loading the dataset in memory\r\n"
        try await StrangeServer.running(answer: { _ in loading + loading }) { server in
            try await expect("loading", "LOADING") { $0.redisURL = "redis://127.0.0.1:\(server.port)" }
        }
    }

    @Test func `a server without TLS, a certificate of another authority`() async throws {
        try await TestCertificates.with { files in
            try await RedisServerProcess.running(tls: files) { redis in
                try await expect("tls", "not signed by an authority") {
                    $0.redisURL = redis.url
                    $0.redisOptions.tls.authorityFile = files.path("stranger.pem")
                }
            }
        }
    }

    @Test func `sentinels that know no such master, and none at all`() async throws {
        try await StrangeServer.running(hangsUp: true) { server in
            try await expect("no-master", "none of 1 sentinels answers") {
                $0.redisURL = "redis+sentinel://127.0.0.1:\(server.port)/main"
            }
        }
    }

    @Test func `a password file that is not there, until it is`() async throws {
        try await TestCertificates.with { files in
            try await RedisServerProcess.running(["--requirepass", "s3cr3t"]) { redis in
                let path = files.path("password")
                try await LoneDaemon.with {
                    $0.redisURL = redis.unixURL
                    $0.redisOptions.passwordFile = path
                } _: { daemon in
                    await daemon.log.until("No such file")
                    let body = try await daemon.readiness()
                    #expect(body["redis"]?["status"]?.string == "configuration")
                    try await files.write("first\ns3cr3t\n", to: "password")
                    await daemon.log.until("WRONGPASS")
                    try await files.write("s3cr3t\r\nfirst\n", to: "password")
                    await daemon.log.until("following keys by notifications")
                    #expect(!daemon.log.lines.contains { $0.contains("s3cr3t") })
                }
            }
        }
    }

    @Test func `a replica is followed by its own URL`() async throws {
        try await RedisServerProcess.running(tcp: true) { master in
            try await RedisServerProcess.running(["--replicaof", "127.0.0.1", "\(master.port ?? 0)"]) { replica in
                try await LoneDaemon.with(adjust: { $0.redisURL = replica.unixURL }) { daemon in
                    await daemon.log.until("following keys by notifications")
                    let body = try await daemon.readiness()
                    #expect(body["ready"] == .bool(true))
                }
            }
        }
    }

    @Test func `only when told to, each of these ends the daemon at the start, with status 69`() async throws {
        let user = ["--user", "bob", "on", ">pw", "~sa:*", "&*", "+@all", "-zrevrangebyscore"]
        try await RedisServerProcess.running(user + ["--requirepass", "right"]) { redis in
            for login in [":wrong", "bob:pw"] {
                var configuration = DaemonConfiguration()
                configuration.port = 0
                configuration.requireRedis = true
                configuration.redisURL = "unix://\(login)@\(redis.socketPath)"
                let failure = await #expect(throws: StartFailure.self) {
                    try await Composition(configuration, writeLog: { _ in }).run { _ in }
                }
                #expect(failure?.exitStatus == 69)
            }
        }
    }
}
