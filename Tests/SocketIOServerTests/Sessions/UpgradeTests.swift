import NIOCore
import SocketIOServer
import TestSupport
import Testing

/// The switch from polling to a WebSocket, over real sockets.
@Suite(.timeLimit(.minutes(1)))
struct UpgradeTests {
    @Test func `2probe is answered 3probe, the waiting poll 6, and 5 switches`() async throws {
        try await PollingTests.session { client in
            let waiting = try await client.beginPoll()
            let socket = try await client.webSocket()
            try await socket.send(text: "2probe")
            #expect(await socket.next() == .text("3probe"))
            #expect(PollingClient.Answer(await waiting.readToEnd()).body == "6")
            try await socket.send(text: "5")
            try await socket.send(text: #"420["echo",1]"#)
            #expect(await socket.next() == .text("430[1]"))
        }
    }

    @Test func `after the switch polling with that sid is 400 with code 3`() async throws {
        try await PollingTests.session { client in
            let socket = try await client.upgraded()
            for answer in [try await client.poll(), try await client.post("3")] {
                #expect(answer.status == 400)
                #expect(answer.body == #"{"code":3,"message":"Bad request"}"#)
            }
            try await socket.send(text: #"420["echo",1]"#)
            #expect(await socket.next() == .text("430[1]"))
        }
    }

    @Test(arguments: [true, false])
    func `a second WebSocket is opened and closed at once`(isProbing: Bool) async throws {
        try await PollingTests.session { client in
            let first = isProbing ? try await client.webSocket() : try await client.upgraded()
            let second = try await client.webSocket()
            #expect(await second.next() == .close(nil))
            if isProbing { try await client.upgrade(first) }
            try await first.send(text: #"420["echo",1]"#)
            #expect(await first.next() == .text("430[1]"))
        }
    }

    @Test func `a WebSocket for an unknown session is 400 with code 1`() async throws {
        try await RunningServer.with { running in
            let client = PollingClient(port: running.port, sid: "zzz", open: "")
            let refused = await #expect(throws: WebSocketClient.Refused.self) { try await client.webSocket() }
            #expect(refused?.body == #"{"code":1,"message":"Session ID unknown"}"#)
        }
    }

    @Test(arguments: ["5", "2", "4x", "1", "zzz", ""])
    func `a WebSocket that does not probe is closed and polling goes on`(_ text: String) async throws {
        try await PollingTests.session { client in
            let socket = try await client.webSocket()
            try await socket.send(text: text)
            #expect(await socket.next() == .close(nil))
            _ = try await client.post(#"420["echo",1]"#)
            #expect(try await client.poll().body == "430[1]")
        }
    }

    @Test func `a probe that is cut leaves the session on polling, and another may follow`() async throws {
        try await PollingTests.session { client in
            let socket = try await client.webSocket()
            try await socket.send(text: "2probe")
            #expect(await socket.next() == .text("3probe"))
            try await socket.send(close: 1000)
            #expect(await socket.next() == .close(1000))
            _ = try await client.post(#"420["echo",1]"#)
            #expect(try await client.poll().body == "430[1]")
            _ = try await client.upgraded()
        }
    }

    @Test func `a probe that takes too long is closed and polling goes on`() async throws {
        try await PollingTests.session({ $0.upgradeTimeout = .milliseconds(30) }) { client in
            let socket = try await client.webSocket()
            #expect(await socket.next() == .close(nil))
            _ = try await client.post(#"420["echo",1]"#)
            #expect(try await client.poll().body == "430[1]")
        }
    }

    @Test func `until 5 comes everything goes over polling`() async throws {
        try await PollingTests.session { client in
            let socket = try await client.webSocket()
            try await socket.send(text: "2probe")
            #expect(await socket.next() == .text("3probe"))
            _ = try await client.post(#"420["echo",1]"#)
            #expect(try await client.poll().body == "430[1]")
            // Nothing waits now, and the poll must not either: the client switches when it has ended.
            #expect(try await client.poll().body == "6")
        }
    }

    @Test func `the end of a session closes the WebSocket that probes`() async throws {
        try await PollingTests.session { client in
            let socket = try await client.webSocket()
            try await socket.send(text: "2probe")
            #expect(await socket.next() == .text("3probe"))
            _ = try await client.post("1")
            #expect(await socket.next() == .close(nil))
        }
    }

    @Test(arguments: 0..<8)
    func `numbered events during the switch are neither lost nor reordered`(_ round: Int) async throws {
        let setUp: (SocketIOServer) -> Void = { server in
            server.of("/").onConnection { socket in
                socket.onEvent("start") { _ in Stream(socket: socket, left: 600).next() }
                socket.onEvent("echo") { $0.ack?($0.content) }
            }
        }
        try await RunningServer.with(.make { $0.limits.outboxPackets = 10_000 }, setUp: setUp) { running in
            let client = try await PollingClient.connect(port: running.port)
            _ = try await client.post(#"42["start"]"#)
            var received: [String] = []
            // The switch falls on another place of the stream in each round.
            for _ in 0..<round { received += try await client.poll().packets }
            let waiting = try await client.beginPoll()
            let socket = try await client.webSocket()
            try await socket.send(text: "2probe")
            #expect(await socket.next() == .text("3probe"))
            received += PollingClient.Answer(await waiting.readToEnd()).packets
            if round.isMultiple(of: 2) { received += try await client.poll().packets }
            try await socket.send(text: "5")
            received.removeAll { $0 == "6" }
            while received.count < 600, case .text(let text) = await socket.next() { received.append(text) }
            #expect(received == (0..<600).reversed().map { "42[\"n\",\($0)]" })
        }
    }

    /// Emits one event per turn of the loop.
    private struct Stream: Sendable {
        let socket: Socket
        let left: Int

        func next() {
            guard left > 0 else { return }
            try? socket.emit("n", json: [Array("\(left - 1)".utf8)])
            let rest = Stream(socket: socket, left: left - 1)
            socket.eventLoop.execute { rest.next() }
        }
    }
}

extension PollingClient {
    /// A WebSocket that has taken over, by an upgrade in order.
    fileprivate func upgraded() async throws -> WebSocketClient {
        let socket = try await webSocket()
        try await upgrade(socket)
        return socket
    }

    fileprivate func upgrade(_ socket: WebSocketClient) async throws {
        try await socket.send(text: "2probe")
        #expect(await socket.next() == .text("3probe"))
        try await socket.send(text: "5")
        // Answered over the WebSocket: the switch is done.
        try await socket.send(text: #"4299["echo"]"#)
        #expect(await socket.next() == .text("4399[]"))
    }
}
