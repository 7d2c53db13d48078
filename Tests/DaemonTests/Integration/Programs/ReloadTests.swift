import Glibc
import TestSupport
import Testing

/// SIGHUP, with the daemon as a program, a file of settings and a token.
@Suite(.timeLimit(.minutes(1))) struct ReloadTests {
    private static let old = "0123456789abcdef"
    private static let new = "fedcba9876543210"

    @Test func `takes what may change, names what may not, and drops no session`() async throws {
        try await TestCertificates.with { folder in
            let token = try await folder.write(Self.old, to: "token")
            try await folder.change("chmod 600 token")
            let file = try await folder.write("token-file: \(token)\nlog-level: info\n", to: "config.yaml")
            let name = "@reload-test-" + String(UInt64.random(in: 0 ... .max), radix: 36)
            let socket = try #require(NotifySocket(name))
            let serve =
                "NOTIFY_SOCKET='\(name)' exec \"$PROGRAM\" serve --port 0 --redis unix:///nowhere/redis.sock "
                + "--config '\(file)' 2>&1"
            let (_, status) = try await ProgramUnderTest.run("streamassembler", shell: serve, waits: true) { program in
                let line = try #require(await program.line(with: "listening on"))
                let port = try #require(line.split(separator: ":").last.flatMap { Int($0) })
                let client = try await SocketIOTestClient.connect(port: port, auth: #"{"token":"\#(Self.old)"}"#)
                #expect(await socket.next("READY=1") != nil)

                try await folder.write("token-file: \(token)\nlog-level: error\nflush-ms: 7\n", to: "config.yaml")
                try await folder.write(Self.new, to: "token")
                program.send(SIGHUP)
                let said = try #require(await program.line(with: "read the configuration again"))
                #expect(said.contains(#"changed="log-level token-file""#) && said.contains("needs-restart=flush-ms"))
                #expect(await socket.next("RELOADING=1\nMONOTONIC_USEC=") != nil)
                #expect(await socket.next("READY=1") == "READY=1")
                #expect(try await Self.metrics(port, Self.new).hasPrefix("HTTP/1.1 200"))
                #expect(try await Self.metrics(port, Self.old).hasPrefix("HTTP/1.1 401"))

                // A file that cannot be used changes nothing.
                try await folder.write("token-file: \(token)\nflush: 7\n", to: "config.yaml")
                program.send(SIGHUP)
                let refused = try #require(await program.line(with: "all stays as it was"))
                #expect(refused.contains("flush") && refused.contains(file))
                #expect(try await Self.metrics(port, Self.new).hasPrefix("HTTP/1.1 200"))

                // The session is still there: it is closed by the end, and by nothing before.
                program.send(SIGTERM)
                #expect(await client.untilClosed() == 1001)
            }
            socket.end()
            #expect(status == 0)
        }
    }

    @Test func `a limit that is lowered holds for newcomers`() async throws {
        try await TestCertificates.with { folder in
            let file = try await folder.write("max-clients: 100\n", to: "config.yaml")
            let serve =
                "exec \"$PROGRAM\" serve --port 0 --redis unix:///nowhere/redis.sock --config '\(file)' 2>&1"
            let (_, status) = try await ProgramUnderTest.run("streamassembler", shell: serve, waits: true) { program in
                let line = try #require(await program.line(with: "listening on"))
                let port = try #require(line.split(separator: ":").last.flatMap { Int($0) })
                let clients = [
                    try await SocketIOTestClient.connect(port: port), try await SocketIOTestClient.connect(port: port),
                ]
                try await folder.write("max-clients: 2\n", to: "config.yaml")
                program.send(SIGHUP)
                _ = try #require(await program.line(with: "read the configuration again"))
                let refused = try await HTTPProbe.connect(port: port).readToEnd()
                #expect(refused.hasPrefix("HTTP/1.1 503") && refused.contains("too-many-connections"))
                program.send(SIGTERM)
                for client in clients { #expect(await client.untilClosed() == 1001) }
            }
            #expect(status == 0)
        }
    }

    @Test func `a file that never comes holds up no signal`() async throws {
        try await TestCertificates.with { folder in
            let token = try await folder.write(Self.old, to: "token")
            try await folder.change("chmod 600 token")
            let name = "@reload-test-" + String(UInt64.random(in: 0 ... .max), radix: 36)
            let socket = try #require(NotifySocket(name))
            let serve =
                "NOTIFY_SOCKET='\(name)' exec \"$PROGRAM\" serve --port 0 --redis unix:///nowhere/redis.sock "
                + "--token-file '\(token)' 2>&1"
            let (_, status) = try await ProgramUnderTest.run("streamassembler", shell: serve, waits: true) { program in
                _ = try #require(await program.line(with: "listening on"))
                #expect(await socket.next("READY=1") != nil)
                // A pipe without a writer, in place of the token.
                try await folder.change("rm token && mkfifo -m 600 token")
                program.send(SIGHUP)
                #expect(await socket.next("RELOADING=1") != nil)
                program.send(SIGTERM)
                #expect(await socket.next("STOPPING=1") != nil)
            }
            socket.end()
            #expect(status == 0)
        }
    }

    private static func metrics(_ port: Int, _ token: String) async throws -> String {
        try await HTTPProbe.get("/metrics", port: port, headers: ["Authorization: Bearer \(token)"])
    }
}
