import RESP
import RedisClient
import TestSupport
import Testing

@Suite(.timeLimit(.minutes(1)))
struct RedisAuthenticationIntegrationTests {
    @Test func `enters with the right password and says what is wrong with another`() async throws {
        try await RedisServerProcess.running(["--requirepass", "s3c/ret"]) { server in
            let url = { (user: String) in "unix://\(user)\(server.socketPath)" }
            let connection = try await connect(to: url(":s3c%2Fret@"))
            #expect(try await connection.send(RESPCommand("PING")) == .simple("PONG"))
            await connection.close()
            for user in ["", ":wr0ng@", "default:wr0ng@", "nobody:s3c%2Fret@"] {
                let error = await #expect(throws: RedisError.self) { try await connect(to: url(user)) }
                #expect(error?.code == .authentication)
                #expect(error?.message.contains(server.socketPath) == true)
                #expect(error?.message.contains("wr0ng") == false)
            }
        }
    }

    @Test func `a password that the server does not want is said so`() async throws {
        try await RedisServerProcess.running { server in
            let error = await #expect(throws: RedisError.self) {
                try await connect(to: "unix://:x@\(server.socketPath)")
            }
            #expect(error?.code == .authentication)
            #expect(error?.message.contains("without any password configured") == true)
        }
    }

    @Test func `an ACL user may do what it may, and no more`() async throws {
        let user = ["--user", "bob", "on", ">pw", "~sa:*", "resetchannels", "+get", "+set"]
        try await RedisServerProcess.running(user) { server in
            let endpoint = "unix://bob:pw@\(server.socketPath)"
            let connection = try await connect(to: endpoint)
            _ = try await connection.send(RESPCommand("SET", "sa:x", "1"))
            for refused in [RESPCommand("SET", "other", "1"), RESPCommand("CONFIG", "GET", "*")] {
                let error = await #expect(throws: RedisError.self) { try await connection.send(refused) }
                #expect(error?.code == .noPermission)
            }
            await connection.close()
            let error = await #expect(throws: RedisError.self) { try await subscribe(to: endpoint, "*") { _, _ in } }
            #expect(error?.code == .noPermission)
        }
    }
}
