import Logging
import TestSupport
import Testing

@testable import Daemon

/// The files of TLS as `openssl` makes them, and what is wrong with them.
@Suite(.timeLimit(.minutes(1))) struct TLSFilesTests {
    private static func files(_ made: TestCertificates, _ name: String, key: String? = nil) -> TLSFiles {
        TLSFiles(certificate: made.path("\(name).pem"), key: made.path("\(key ?? name).key"))
    }

    private static func problem(_ files: TLSFiles) -> String? {
        do throws(TLSFiles.Unusable) {
            _ = try files.load(now: WallClock.seconds())
            return nil
        } catch {
            return error.description
        }
    }

    @Test func `a pair that fits is taken, with its names and its end`() async throws {
        try await TestCertificates.with { made in
            var files = Self.files(made, "server")
            files.clientAuthority = made.authority
            let now = WallClock.seconds()
            let identity = try files.load(now: now)
            #expect(identity.names == ["DNS:localhost", "IP:127.0.0.1"])
            #expect(identity.ends > now && identity.ends <= now + 3 * 86_400)
            #expect(identity.endsSoon(now: now))
            #expect(identity.ending(now: identity.ends - 86_400) == "ends on \(UTCDay(identity.ends)), in 1 days")
        }
    }

    @Test func `what cannot be used is named with its file and what to do`() async throws {
        try await TestCertificates.with { made in
            #expect(Self.problem(Self.files(made, "server", key: "other"))?.contains("is not the key of") == true)
            #expect(Self.problem(Self.files(made, "expired"))?.contains("expired on ") == true)
            #expect(
                Self.problem(Self.files(made, "none", key: "server"))?.contains("cannot be read: no such file") == true)
            #expect(Self.problem(Self.files(made, "server", key: "none"))?.hasPrefix("tls-key: ") == true)
            var early: TLSFiles.Unusable?
            do throws(TLSFiles.Unusable) { _ = try Self.files(made, "server").load(now: 0) } catch { early = error }
            #expect(early?.description.contains("is the clock right?") == true)
            for text in ["", "x", "-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----\n"] {
                try await made.write(text, to: "bad.pem")
                #expect(Self.problem(Self.files(made, "bad", key: "server"))?.contains("holds no certificate") == true)
                var trusting = Self.files(made, "server")
                trusting.clientAuthority = made.path("bad.pem")
                #expect(Self.problem(trusting)?.hasPrefix("tls-client-ca: ") == true)
            }
            try await made.write("-----BEGIN PRIVATE KEY-----\nAAAA\n-----END PRIVATE KEY-----\n", to: "bad.key")
            try await made.change("chmod 600 bad.key")
            #expect(Self.problem(Self.files(made, "server", key: "bad"))?.contains("holds no private key") == true)
            try await made.change(
                "openssl pkey -in server.key -aes256 -passout pass:x -out locked.key; chmod 600 locked.key")
            #expect(Self.problem(Self.files(made, "server", key: "locked"))?.contains("without a passphrase") == true)
        }
    }

    @Test(arguments: [("604", "can read"), ("602", "can change"), ("620", "can change")])
    func `a key that others can use is refused`(mode: String, said: String) async throws {
        try await TestCertificates.with { made in
            try await made.change("chmod \(mode) server.key")
            let problem = Self.problem(Self.files(made, "server"))
            #expect(problem?.contains(said) == true && problem?.contains("chmod 600") == true)
            try await made.change("chmod 640 server.key")
            #expect(Self.problem(Self.files(made, "server")) == nil, "a group of its own may read it")
        }
    }

    @Test func `a new pair is taken, and a bad one leaves the old one in force and says so`() async throws {
        try await TestCertificates.with { made in
            let log = LogRecorder()
            let logger = Logger("tls", DaemonConfiguration()) { log.write($0) }
            let keeper = try TLSKeeper(Self.files(made, "server"), logger: logger)
            try await made.replace("server", by: "other")
            // The first look sees the change, the second one that it rests.
            keeper.look()
            #expect(keeper.identity.names == ["DNS:localhost", "IP:127.0.0.1"])
            keeper.look()
            #expect(keeper.identity.names == ["DNS:redis.example"])
            await log.until("a new certificate is in force")
            try await made.change("cp client.key server.key")
            keeper.look()
            keeper.look()
            await log.until("the old one stays in force")
            #expect(keeper.identity.names == ["DNS:redis.example"])
            try await made.change("cp client.pem server.pem")
            #expect(keeper.reload() == nil)
            #expect(keeper.identity.names == ["DNS:client.example"])
            try await made.change("cp expired.pem server.pem; cp expired.key server.key")
            #expect(keeper.reload()?.description.contains("expired on") == true)
            #expect(keeper.identity.names == ["DNS:client.example"])
        }
    }

    @Test(arguments: [
        (0, "1970-01-01"), (86_399, "1970-01-01"), (951_782_400, "2000-02-29"), (1_709_251_199, "2024-02-29"),
        (1_709_251_200, "2024-03-01"), (4_102_444_800, "2100-01-01"), (-1, "1969-12-31"),
    ])
    func `a day is that of the calendar in UTC`(seconds: Int64, day: String) {
        #expect(UTCDay(seconds).description == day)
    }

    @Test func `check says when the certificate ends and whether the key fits`() async throws {
        try await TestCertificates.with { made in
            var configuration = DaemonConfiguration()
            configuration.redisURL = "unix:///nowhere/redis.sock"
            configuration.tlsCertificate = made.path("server.pem")
            configuration.tlsKey = made.path("server.key")
            var lines: [String] = []
            #expect(await Check(configuration).run { lines.append($0) } == 69)
            let day = UTCDay(try Self.files(made, "server").load(now: WallClock.seconds()).ends)
            let line = "warning: the key fits, the certificate for DNS:localhost, IP:127.0.0.1 ends on \(day), in "
            #expect(lines.contains { $0.hasPrefix("tls ") && $0.contains(line) })
            configuration.tlsKey = made.path("other.key")
            lines = []
            #expect(await Check(configuration).run { lines.append($0) } == 78)
            #expect(lines.last?.hasPrefix("tls             failed: tls-key: ") == true)
        }
    }

    @Test func `a start with files that cannot be used ends with status 78 and the reason`() async throws {
        try await TestCertificates.with { made in
            var configuration = DaemonConfiguration()
            configuration.port = 0
            configuration.redisURL = "unix:///nowhere/redis.sock"
            configuration.tlsCertificate = made.path("expired.pem")
            configuration.tlsKey = made.path("expired.key")
            let composition = Composition(configuration, writeLog: { _ in })
            let failure = await #expect(throws: StartFailure.self) { try await composition.run { _ in } }
            #expect(failure?.exitStatus == 78)
            #expect(failure?.description.contains("expired on") == true)
        }
    }
}
