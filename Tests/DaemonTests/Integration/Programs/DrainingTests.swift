import Glibc
import TestSupport
import Testing

/// The daemon as a program: what its signals do, and what it tells its service manager.
@Suite(.timeLimit(.minutes(1))) struct DrainingTests {
    private static func serve(_ options: String, environment: String = "") -> String {
        "\(environment) exec \"$PROGRAM\" serve --port 0 --redis unix:///nowhere/redis.sock \(options)"
    }

    private static func port(of program: ProgramUnderTest) async throws -> Int {
        let line = try #require(await program.line(with: "listening on"))
        return try #require(line.split(separator: ":").last.flatMap { Int($0) })
    }

    @Test func `SIGTERM drains, which readyz, clients and newcomers are told, and a second one ends`() async throws {
        // So long that nobody has to leave before the second signal.
        let (_, status) = try await ProgramUnderTest.run(
            "streamassembler", shell: Self.serve("--drain 10m"), waits: true
        ) { program in
            let port = try await Self.port(of: program)
            let client = try await SocketIOTestClient.connect(port: port)
            program.send(SIGTERM)
            let hint = try await client.next("draining")
            #expect(hint.text == #"2["draining",{"ms":600000}]"#)
            let ready = try await HTTPProbe.get("/readyz", port: port)
            #expect(ready.hasPrefix("HTTP/1.1 503"))
            #expect(ready.contains(#"{"ready":false,"status":"draining","redis":{"#))
            let alive = try await HTTPProbe.get("/healthz", port: port)
            #expect(alive.hasPrefix("HTTP/1.1 200"))
            // The hint is sent before the doors close.
            var newcomer = ""
            repeat {
                newcomer = try await HTTPProbe.get("/socket.io/?EIO=4&transport=polling", port: port)
            } while newcomer.hasPrefix("HTTP/1.1 200")
            #expect(newcomer.contains(#""code":"shutting-down""#))
            program.send(SIGTERM)
            #expect(await client.untilClosed() == 1001)
        }
        #expect(status == 0)
    }

    @Test func `a drain ends by itself, and the program with status 0`() async throws {
        let (_, status) = try await ProgramUnderTest.run(
            "streamassembler", shell: Self.serve("--drain 400ms"), waits: true
        ) { program in
            let client = try await SocketIOTestClient.connect(port: try await Self.port(of: program))
            program.send(SIGTERM)
            #expect(await client.untilClosed() == 1001)
        }
        #expect(status == 0)
    }

    @Test(arguments: [SIGTERM, SIGINT], ["", "--drain 10m"])
    func `without a drain, and by Ctrl-C, it ends at once`(signal: CInt, options: String) async throws {
        guard !(signal == SIGTERM && !options.isEmpty) else { return }
        let (_, status) = try await ProgramUnderTest.run(
            "streamassembler", shell: Self.serve(options), waits: true
        ) { program in
            let client = try await SocketIOTestClient.connect(port: try await Self.port(of: program))
            program.send(signal)
            #expect(await client.untilClosed() == 1001)
        }
        #expect(status == 0)
    }

    @Test(arguments: ["/tmp/notify-test-", "@notify-test-"])
    func `tells its manager that it is ready, alive and ending`(_ beginning: String) async throws {
        let name = beginning + String(UInt64.random(in: 0 ... .max), radix: 36)
        let socket = try #require(NotifySocket(name))
        let (_, status) = try await ProgramUnderTest.run(
            "streamassembler",
            shell: Self.serve("--drain 200ms", environment: "NOTIFY_SOCKET='\(name)' WATCHDOG_USEC=100000"), waits: true
        ) { program in
            let port = try await Self.port(of: program)
            #expect(await socket.next("READY=1") == "READY=1\nSTATUS=listening on http://127.0.0.1:\(port)")
            for _ in 0..<3 { #expect(await socket.next("WATCHDOG=1") != nil) }
            program.send(SIGTERM)
            let stopping = await socket.next("STOPPING=1")
            #expect(stopping == "STOPPING=1\nSTATUS=ending\nEXTEND_TIMEOUT_USEC=10200000")
        }
        socket.end()
        #expect(status == 0)
    }
}
