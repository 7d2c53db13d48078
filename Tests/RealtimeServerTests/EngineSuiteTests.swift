import JSONBytes
import NIOCore
import RealtimeServer
import TestSupport
import Testing

/// The scenarios of the official Engine.IO v4 suite, over real sockets: every message is echoed under `/engine.io/`.
@Suite(.timeLimit(.minutes(1)))
struct EngineSuiteTests {
    // MARK: Handshake

    @Test func `polling opens a session`() async throws {
        try await Self.server(pingInterval: .milliseconds(300)) { port async throws in
            let answer = try await Self.get("transport=polling", port)
            #expect(answer.status == 200)
            #expect(answer.body.first == "0")
            try Self.expectOpen(String(answer.body.dropFirst()), upgrades: ["websocket"])
        }
    }

    @Test func `WebSocket opens a session`() async throws {
        try await Self.server(pingInterval: .milliseconds(300)) { port async throws in
            let socket = try await Self.webSocket(port)
            guard case .text(let text) = await socket.next() else {
                Issue.record("no open packet")
                return
            }
            #expect(text.first == "0")
            try Self.expectOpen(String(text.dropFirst()), upgrades: [])
        }
    }

    @Test(arguments: ["transport=polling", "EIO=abc&transport=polling", "EIO=4", "EIO=4&transport=abc"])
    func `polling with a wrong EIO or transport is 400`(_ query: String) async throws {
        try await Self.server { port async throws in
            #expect(try await Answer(HTTPProbe.get("/engine.io/?\(query)", port: port)).status == 400)
        }
    }

    @Test(arguments: ["transport=websocket", "EIO=abc&transport=websocket", "EIO=4", "EIO=4&transport=abc"])
    func `a WebSocket with a wrong EIO or transport is refused`(_ query: String) async throws {
        try await Self.server { port async throws in
            await #expect(throws: WebSocketClient.Refused.self) {
                try await WebSocketClient.connect(port: port, path: "/engine.io/?\(query)")
            }
        }
    }

    @Test(arguments: ["POST", "PUT"])
    func `a session is not opened by another method`(_ method: String) async throws {
        try await Self.server { port async throws in
            let answer = try await HTTPProbe.request(method, "/engine.io/?EIO=4&transport=polling", port: port)
            #expect(Answer(answer).status == 400)
        }
    }

    // MARK: Messages

    @Test(arguments: [["4hello"], ["4test1", "4test2", "4test3"], ["4hello", "bAQIDBA=="]])
    func `a payload comes back over polling`(_ packets: [String]) async throws {
        try await Self.polling { session async throws in
            #expect(try await session.post(packets.joined(separator: "\u{1e}")).body == "ok")
            #expect(try await session.poll().packets == packets)
        }
    }

    @Test func `an invalid payload closes the session over polling`() async throws {
        try await Self.polling { session async throws in
            #expect(try await session.post("abc").status == 400)
            #expect(try await session.poll().status == 400)
        }
    }

    @Test func `two polls at once close the session`() async throws {
        try await Self.polling { session async throws in
            let first = try await session.beginPoll()
            try await session.untilWaiting()
            #expect(try await session.poll().status == 400)
            #expect(Answer(await first.readToEnd()).body == "1")
            #expect(try await session.poll().status == 400)
        }
    }

    @Test func `a poll that is cancelled closes the session`() async throws {
        try await Self.polling { session async throws in
            let poll = try await session.beginPoll()
            try await session.untilWaiting()
            try await poll.channel.close()
            while try await session.post("4").status != 400 { try Task.checkCancellation() }
        }
    }

    @Test func `text and bytes come back over WebSocket`() async throws {
        try await Self.server { port async throws in
            let socket = try await Self.webSocket(port)
            _ = await socket.next()
            try await socket.send(text: "4hello")
            #expect(await socket.next() == .text("4hello"))
            try await socket.send(binary: [1, 2, 3, 4])
            #expect(await socket.next() == .binary([1, 2, 3, 4]))
        }
    }

    @Test(arguments: ["abc", "1"])
    func `an invalid packet, or close, closes the WebSocket`(_ text: String) async throws {
        try await Self.server { port async throws in
            let socket = try await Self.webSocket(port)
            _ = await socket.next()
            try await socket.send(text: text)
            #expect(await socket.next() == .close(nil))
        }
    }

    // MARK: Heartbeat

    @Test func `three pings over polling are answered, then a silent client is closed`() async throws {
        try await Self.polling(pingInterval: .milliseconds(300)) { session async throws in
            for _ in 0..<3 {
                #expect(try await session.poll().body == "2")
                #expect(try await session.post("3").body == "ok")
            }
            #expect(try await session.poll().body == "2")
            #expect(try await session.poll().body == "1")
            #expect(try await session.poll().status == 400)
        }
    }

    @Test func `three pings over WebSocket are answered, then a silent client is closed`() async throws {
        try await Self.server(pingInterval: .milliseconds(300)) { port async throws in
            let socket = try await Self.webSocket(port)
            _ = await socket.next()
            for _ in 0..<3 {
                #expect(await socket.next() == .text("2"))
                try await socket.send(text: "3")
            }
            #expect(await socket.next() == .text("2"))
            #expect(await socket.next() == .close(nil))
        }
    }

    // MARK: Close

    @Test func `a client closes its polling session`() async throws {
        try await Self.polling { session async throws in
            let poll = try await session.beginPoll()
            try await session.untilWaiting()
            #expect(try await session.post("1").body == "ok")
            #expect(Answer(await poll.readToEnd()).body == "6")
            #expect(try await session.poll().status == 400)
        }
    }

    // MARK: Upgrade

    @Test func `polling is upgraded to WebSocket, and nothing else takes the session`() async throws {
        try await Self.polling { session async throws in
            let socket = try await session.webSocket()
            try await socket.send(text: "2probe")
            #expect(await socket.next() == .text("3probe"))
            try await socket.send(text: "5")
            try await socket.send(text: "4hello")
            #expect(await socket.next() == .text("4hello"))
            #expect(try await session.poll().status == 400)
            #expect(try await session.post("4hello").status == 400)
            let second = try await session.webSocket()
            #expect(await second.next() == .close(nil))
            try await socket.send(text: "4still here")
            #expect(await socket.next() == .text("4still here"))
        }
    }

    // MARK: Steps

    private typealias Answer = PollingClient.Answer

    private static func expectOpen(_ json: String, upgrades: [String]) throws {
        let open = try JSONValue(parsing: Array(json.utf8))
        #expect(open["sid"]?.string?.isEmpty == false)
        #expect(open["upgrades"] == .array(upgrades.map(JSONValue.string)))
        #expect(open["pingInterval"] == .number(300))
        #expect(open["pingTimeout"] == .number(12_000))
        #expect(open["maxPayload"] == .number(1_000_000))
        #expect(open.object?.count == 5)
    }

    private static func get(_ query: String, _ port: Int) async throws -> Answer {
        Answer(try await HTTPProbe.get("/engine.io/?EIO=4&\(query)", port: port))
    }

    private static func webSocket(_ port: Int) async throws -> WebSocketClient {
        try await WebSocketClient.connect(port: port, path: "/engine.io/?EIO=4&transport=websocket")
    }

    private static func polling(
        pingInterval: Duration = .seconds(20), _ body: (PollingClient) async throws -> Void
    ) async throws {
        try await server(pingInterval: pingInterval) { port async throws in
            try await body(try await PollingClient.connect(port: port, join: false, path: "/engine.io/"))
        }
    }

    private static func server(
        pingInterval: Duration = .seconds(20), _ body: (_ port: Int) async throws -> Void
    ) async throws {
        let configuration = SocketIOServerConfiguration.make {
            $0.path = "/engine.io/"
            $0.pingInterval = pingInterval
            // The suite's 200 ms are too short for a machine that compiles beside the test.
            $0.pingTimeout = .seconds(12)
            $0.connectTimeout = .seconds(600)
            $0.answerMessage = { $0 }
        }
        try await RunningServer.with(configuration) { try await body($0.port) }
    }
}
