import SocketIO
import SocketIOServer
import TestSupport
import Testing

/// After a violation over polling the client still gets all that was for it, and then the close packet alone.
@Suite(.timeLimit(.minutes(1)))
struct FarewellTests {
    private static func session(_ body: (PollingClient) async throws -> Void) async throws {
        // How long the last answers are kept: longer than a starved machine needs.
        let configuration = SocketIOServerConfiguration.make { $0.limits.closeTimeout = .seconds(30) }
        try await RunningServer.with(
            configuration,
            setUp: { server in
                server.of("/").onConnection { socket in
                    socket.onEvent("echo") { $0.ack?(json: $0.arguments) }
                }
            }
        ) { running in try await body(try await PollingClient.connect(port: running.port)) }
    }

    private static let echo = #"420["echo",1]"#

    @Test func `a client that pings is told by its next poll`() async throws {
        try await Self.session { client async throws in
            _ = try await client.post("2")
            #expect(try await client.poll().packets == ["1"])
            #expect(try await client.poll().status == 400)
        }
    }

    @Test func `a client whose poll waits while it pings is told by that`() async throws {
        try await Self.session { client async throws in
            let waiting = try await client.beginPoll()
            try await client.untilWaiting()
            _ = try await client.post("2")
            #expect(PollingClient.Answer(await waiting.readToEnd()).packets == ["1"])
            #expect(try await client.poll().status == 400)
        }
    }

    /// A ping, what is no packet of Engine.IO, what is none of Socket.IO, an event for a namespace it is not in.
    @Test(arguments: ["2", "zzz", "4zzz", #"42/other,["x"]"#], [true, false])
    func `what was to be sent comes before the close packet`(_ violation: String, isWaiting: Bool) async throws {
        try await Self.session { client async throws in
            let waiting = isWaiting ? try await client.beginPoll() : nil
            if isWaiting { try await client.untilWaiting() }
            _ = try await client.post(Self.echo + "\u{1e}" + violation)
            let first =
                if let waiting { PollingClient.Answer(await waiting.readToEnd()) } else { try await client.poll() }
            #expect(first.packets == ["430[1]"])
            #expect(try await client.poll().packets == ["1"])
            #expect(try await client.poll().status == 400)
        }
    }

    @Test func `more than an answer holds comes with the answers that follow`() async throws {
        try await Self.session { client async throws in
            let events = (0..<40).map { "42\($0)[\"echo\",\($0)]" } + ["2"]
            let waiting = try await client.beginPoll()
            try await client.untilWaiting()
            _ = try await client.post(events.joined(separator: "\u{1e}"))
            var received = PollingClient.Answer(await waiting.readToEnd()).packets
            while received.last != "1" {
                let answer = try await client.poll()
                guard answer.status == 200 else { break }
                received += answer.packets
            }
            #expect(received == (0..<40).map { "43\($0)[\($0)]" } + ["1"])
        }
    }

    @Test func `where nothing was to be sent and the POST was refused the session is unknown`() async throws {
        try await Self.session { client async throws in
            #expect(try await client.post("zzz").status == 400)
            #expect(try await client.poll().status == 400)
        }
    }
}
