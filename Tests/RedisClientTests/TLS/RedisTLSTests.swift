import NIOCore
import NIOPosix
import RESP
import RedisClient
import TestSupport
import Testing

/// TLS against a real server with certificates made for the test.
@Suite(.timeLimit(.minutes(1)), .serialized) struct RedisTLSTests {
    private func connect(
        _ server: RedisServerProcess, host: String = "127.0.0.1", _ tls: RedisTLS,
        _ adjust: (inout RedisConfiguration) -> Void = { _ in }
    ) async throws -> RedisConnection {
        try await RedisClientTests.connect(to: "rediss://\(host):\(server.port ?? 0)") {
            $0.tls = tls
            adjust(&$0)
        }
    }

    private func failure(
        _ server: RedisServerProcess, host: String = "127.0.0.1", _ tls: RedisTLS,
        _ adjust: (inout RedisConfiguration) -> Void = { _ in }
    ) async throws -> RedisError? {
        await #expect(throws: RedisError.self) { try await connect(server, host: host, tls, adjust) }
    }

    @Test(arguments: ["localhost", "127.0.0.1"])
    func `connects to a server whose certificate our authority signed for this host`(host: String) async throws {
        try await TestCertificates.with { files in
            try await RedisServerProcess.running(tls: files) { server in
                let connection = try await connect(server, host: host, RedisTLS(authorityFile: files.authority))
                #expect(try await connection.send(RESPCommand("PING")) == .simple("PONG"))
                #expect(
                    try await connection.send(RESPCommand("SET", "k", .bytes([UInt8](repeating: 7, count: 1 << 20))))
                        == .simple("OK"))
                #expect(try await connection.send(RESPCommand("GET", "k")).bytes?.count == 1 << 20)
                await connection.close()
            }
        }
    }

    @Test func `subscribes over TLS`() async throws {
        try await TestCertificates.with { files in
            try await RedisServerProcess.running(tls: files) { server in
                let (messages, continuation) = AsyncStream<[UInt8]>.makeStream()
                let subscription = try await subscribe(to: server.url, "c*") { _, payload in
                    continuation.yield(payload)
                } adjust: {
                    $0.tls.authorityFile = files.authority
                }
                _ = try await server.cli("PUBLISH", "c1", "hello")
                for await message in messages {
                    #expect(message == Array("hello".utf8))
                    break
                }
                await subscription.close()
            }
        }
    }

    @Test func `an authority that is not ours is told, also where the system's list is meant`() async throws {
        try await TestCertificates.with { files in
            try await RedisServerProcess.running(tls: files) { server in
                let strange = try await failure(server, RedisTLS(authorityFile: files.path("stranger.pem")))
                #expect(strange?.code == .tls)
                #expect(
                    strange?.message.contains("not signed by an authority in '\(files.path("stranger.pem"))'") == true)
                let system = try await failure(server, RedisTLS())
                #expect(
                    system?.message.hasSuffix("not signed by an authority in the system's list; set redis-ca") == true)
            }
        }
    }

    @Test func `an expired certificate is told with its day`() async throws {
        try await TestCertificates.with { files in
            try await files.replace("server", by: "expired")
            try await RedisServerProcess.running(tls: files) { server in
                let error = try await failure(server, RedisTLS(authorityFile: files.authority))
                #expect(error?.code == .tls)
                #expect(error?.message.contains("certificate expired on 20") == true)
            }
        }
    }

    @Test func `another name is refused, unless it is the one we are told to expect`() async throws {
        try await TestCertificates.with { files in
            try await files.replace("server", by: "other")
            try await RedisServerProcess.running(tls: files) { server in
                var tls = RedisTLS(authorityFile: files.authority)
                for host in ["localhost", "127.0.0.1"] {
                    let error = try await failure(server, host: host, tls)
                    #expect(error?.code == .tls)
                    #expect(error?.message.contains("not for this host; set redis-server-name") == true)
                }
                tls.serverName = "redis.example"
                try await connect(server, tls).close()
                tls.serverName = "redis2.example"
                #expect(try await failure(server, tls)?.message.contains("'redis2.example'") == true)
            }
        }
    }

    @Test func `a client certificate opens a server that wants one, and its lack is told`() async throws {
        try await TestCertificates.with { files in
            try await RedisServerProcess.running(["--tls-auth-clients", "yes"], tls: files) { server in
                var tls = RedisTLS(authorityFile: files.authority)
                let error = try await failure(server, tls)
                #expect(error?.code == .tls)
                #expect(error?.message.hasSuffix("wants a client certificate; set redis-cert and redis-key") == true)
                tls.certificateFile = files.path("client.pem")
                tls.keyFile = files.path("client.key")
                try await connect(server, tls).close()
                tls.certificateFile = files.path("stranger.pem")
                tls.keyFile = files.path("stranger.key")
                let refused = try await failure(server, tls)
                #expect(refused?.message.contains("refused the certificate in '\(files.path("stranger.pem"))'") == true)
            }
        }
    }

    @Test func `a certificate that was replaced on disk counts from the next connection on`() async throws {
        try await TestCertificates.with { files in
            try await RedisServerProcess.running(["--tls-auth-clients", "yes"], tls: files) { server in
                let tls = RedisTLS(
                    authorityFile: files.authority, certificateFile: files.path("own.pem"),
                    keyFile: files.path("own.key"))
                try await files.replace("own", by: "stranger")
                #expect(try await failure(server, tls)?.code == .tls)
                try await files.replace("own", by: "client")
                try await connect(server, tls).close()
            }
        }
    }

    @Test func `a server without TLS behind rediss is told`() async throws {
        try await RedisServerProcess.running(tcp: true) { server in
            let error = try await failure(server, RedisTLS()) { $0.connectTimeout = .milliseconds(300) }
            #expect(error?.code == .tls)
            #expect(error?.message.contains("TLS") == true)
        }
    }

    @Test func `a server with TLS behind redis is told`() async throws {
        try await TestCertificates.with { files in
            try await RedisServerProcess.running(tls: files) { server in
                let error = await #expect(throws: RedisError.self) {
                    try await RedisClientTests.connect(to: "redis://127.0.0.1:\(server.port ?? 0)")
                }
                #expect(error?.message.contains("rediss://") == true, "\(error?.message ?? "")")
            }
        }
    }

    @Test func `files that cannot be used are named`() async throws {
        try await TestCertificates.with { files in
            let text = try await files.write("no PEM\n", to: "text")
            let (client, key) = (files.path("client.pem"), files.path("client.key"))
            let cases: [(RedisTLS, String, String)] = [
                (RedisTLS(authorityFile: "/nowhere/ca.pem"), "/nowhere/ca.pem", "No such file"),
                (RedisTLS(authorityFile: text), text, "holds no certificate in PEM form"),
                (RedisTLS(authorityFile: files.folder), files.folder, "no regular file"),
                (RedisTLS(certificateFile: key, keyFile: key), key, "holds no certificate"),
                (RedisTLS(certificateFile: client, keyFile: client), client, "holds no private key"),
                (
                    RedisTLS(certificateFile: client, keyFile: files.path("server.key")), files.path("server.key"),
                    "is not the key of the certificate in '\(client)'"
                ),
            ]
            for (tls, path, reason) in cases {
                let error = #expect(throws: RedisFileError.self) { try tls.checkFiles() }
                #expect(error?.path == path)
                #expect(error?.description.contains(reason) == true, "\(error?.description ?? "")")
            }
            try RedisTLS(authorityFile: files.authority, certificateFile: client, keyFile: key).checkFiles()
        }
    }
}
