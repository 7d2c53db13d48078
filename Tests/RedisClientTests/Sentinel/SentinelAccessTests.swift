import Logging
import RESP
import RedisClient
import TestSupport
import Testing

/// Who may ask sentinels and servers, and what is told where they refuse.
@Suite(.timeLimit(.minutes(1))) struct SentinelAccessTests {
    private static let watcher =
        "user watcher on >spw resetchannels &+switch-master -@all +auth +ping +client|setname +psubscribe "
        + "+sentinel|get-master-addr-by-name"

    @Test func `the least permissions are enough, and what is missing is told`() async throws {
        let server = [
            "--user", "bob", "on", ">pw", "~*", "&*", "+@all", "-role", "-info", "--user", "eve", "on", ">pw",
            "+ping", "+role", "+client|setname",
        ]
        try await SentinelSetup.running(server, sentinel: [Self.watcher]) { setup in
            try await TestCertificates.with { files in
                let password = try await files.write("spw\n", to: "sentinel")
                let wrong = try await files.write("wrong\n", to: "wrong")
                func url(_ user: String, _ master: String = "main") -> String {
                    setup.url.replacing("redis+sentinel://", with: "redis+sentinel://\(user)").replacing(
                        "/main", with: "/\(master)")
                }
                let connection = try await connect(to: url("eve:pw@")) {
                    $0.sentinel = SentinelAccess(username: "watcher", passwordFile: password)
                }
                #expect(
                    connection.configuration.endpoint.address == .tcp(host: "127.0.0.1", port: setup.master.port ?? 0))
                await connection.close()

                let refused = await #expect(throws: RedisError.self) {
                    try await connect(to: url("eve:pw@")) {
                        $0.sentinel = SentinelAccess(username: "watcher", passwordFile: wrong)
                    }
                }
                #expect(refused?.code == .authentication)
                let silent = await #expect(throws: RedisError.self) { try await connect(to: url("bob:pw@")) }
                #expect(silent?.code == .noPermission)
                #expect(silent?.message.contains("grant: +role") == true)
                let unknown = await #expect(throws: RedisError.self) { try await connect(to: url("eve:pw@", "other")) }
                #expect(unknown?.code == .noMaster)
                #expect(unknown?.message.contains("know no master named 'other'") == true)
            }
        }
    }

    @Test func `a server that sentinels call the master and that is a replica is refused`() async throws {
        try await RedisServerProcess.running(tcp: true) { master in
            try await RedisServerProcess.running(["--replicaof", "127.0.0.1", "\(master.port ?? 0)"], tcp: true) {
                replica in
                // A sentinel whose word is out of date.
                let port = "\(replica.port ?? 0)"
                let word = "*2\r\n$9\r\n127.0.0.1\r\n$\(port.utf8.count)\r\n\(port)\r\n*0\r\n*0\r\n"
                let answer: @Sendable (String) -> String = { request in
                    request.contains("SENTINEL") ? word : request.contains("SETNAME") ? "+OK\r\n+PONG\r\n" : "+PONG\r\n"
                }
                try await StrangeServer.running(answer: answer) { sentinel in
                    let error = await #expect(throws: RedisError.self) {
                        try await connect(to: "redis+sentinel://127.0.0.1:\(sentinel.port)/main") {
                            $0.connectTimeout = .seconds(50)
                        }
                    }
                    #expect(error?.code == .notMaster)
                    #expect(error?.message.contains("but it is a replica") == true)
                }
            }
        }
    }
}
