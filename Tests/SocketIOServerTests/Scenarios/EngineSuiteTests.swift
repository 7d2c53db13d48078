import JSONBytes
import NIOCore
import SocketIOServer
import TestSupport
import Testing

/// The 24 scenarios of the official Engine.IO v4 suite, over real sockets: every message is echoed under `/engine.io/`;
/// and the 16 of them with which the official Socket.IO suite begins, under `/socket.io/`. The other 16 of that one are
/// in `SocketSuiteTests`.
///
/// ```
/// suite                        cases   here
/// handshake, polling               4   polling opens…; …wrong EIO or transport is 400; …not opened by another method
/// handshake, WebSocket             3   WebSocket opens…; …wrong EIO or transport is refused
/// message, polling                 5   a payload comes back…; an invalid payload closes…; two polls at once…
/// message, WebSocket               3   text and bytes come back…; an invalid packet, or close…
/// heartbeat                    2 + 2   three pings over…; a client that is silent from the start…
/// close                        1 + 1   a client closes its polling session; an invalid packet, or close…
/// upgrade                          3   polling is upgraded…; a poll that waits is ended…
/// ```
@Suite(.timeLimit(.minutes(1)))
struct EngineSuiteTests {
    /// What the official suites speak to.
    enum Kind: String, CaseIterable {
        case engine, socket

        var path: String { "/\(rawValue).io/" }
    }

    // MARK: Handshake

    @Test(arguments: Kind.allCases)
    func `polling opens a session`(_ kind: Kind) async throws {
        try await Self.server(kind, pingInterval: .milliseconds(300)) { port async throws in
            let answer = Answer(try await HTTPProbe.get("\(kind.path)?EIO=4&transport=polling", port: port))
            #expect(answer.status == 200)
            #expect(answer.body.first == "0")
            try Self.expectOpen(String(answer.body.dropFirst()), upgrades: ["websocket"])
        }
    }

    @Test(arguments: Kind.allCases)
    func `WebSocket opens a session`(_ kind: Kind) async throws {
        try await Self.server(kind, pingInterval: .milliseconds(300)) { port async throws in
            let socket = try await Self.webSocket(port, kind)
            guard case .text(let text) = await socket.next() else {
                Issue.record("no open packet")
                return
            }
            #expect(text.first == "0")
            try Self.expectOpen(String(text.dropFirst()), upgrades: [])
        }
    }

    @Test(
        arguments: ["transport=polling", "EIO=abc&transport=polling", "EIO=4", "EIO=4&transport=abc"], Kind.allCases)
    func `polling with a wrong EIO or transport is 400`(_ query: String, _ kind: Kind) async throws {
        try await Self.server(kind) { port async throws in
            #expect(try await Answer(HTTPProbe.get("\(kind.path)?\(query)", port: port)).status == 400)
        }
    }

    @Test(
        arguments: ["transport=websocket", "EIO=abc&transport=websocket", "EIO=4", "EIO=4&transport=abc"],
        Kind.allCases)
    func `a WebSocket with a wrong EIO or transport is refused`(_ query: String, _ kind: Kind) async throws {
        try await Self.server(kind) { port async throws in
            await #expect(throws: WebSocketClient.Refused.self) {
                try await WebSocketClient.connect(port: port, path: "\(kind.path)?\(query)")
            }
        }
    }

    @Test(arguments: ["POST", "PUT"], Kind.allCases)
    func `a session is not opened by another method`(_ method: String, _ kind: Kind) async throws {
        try await Self.server(kind) { port async throws in
            let answer = try await HTTPProbe.request(method, "\(kind.path)?EIO=4&transport=polling", port: port)
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

    @Test(arguments: ["abc", "1"], Kind.allCases)
    func `an invalid packet, or close, closes the WebSocket`(_ text: String, _ kind: Kind) async throws {
        try await Self.server(kind) { port async throws in
            let socket = try await Self.webSocket(port, kind)
            _ = await socket.next()
            try await socket.send(text: text)
            #expect(await socket.next() == .close(nil))
        }
    }

    // MARK: Heartbeat

    @Test(arguments: Kind.allCases)
    func `three pings over polling are answered, then a silent client is closed`(_ kind: Kind) async throws {
        try await Self.polling(kind, pingInterval: .milliseconds(300)) { session async throws in
            for _ in 0..<3 {
                #expect(try await session.poll().body == "2")
                #expect(try await session.post("3").body == "ok")
            }
            #expect(try await session.poll().body == "2")
            #expect(try await session.poll().body == "1")
            #expect(try await session.poll().status == 400)
        }
    }

    @Test(arguments: Kind.allCases)
    func `a client that is silent from the start has no session any more`(_ kind: Kind) async throws {
        let short = Duration.milliseconds(20)
        try await Self.running(kind, pingInterval: short, pingTimeout: short) { running async throws in
            let session = try await PollingClient.connect(port: running.port, join: false, path: kind.path)
            while await running.server.statistics().sessionsClosed["pingTimeout"] != 1 {
                try Task.checkCancellation()
                await Task.yield()
            }
            #expect(try await session.poll().status == 400)
            let socket = try await Self.webSocket(running.port, kind)
            _ = await socket.next()
            #expect(await socket.next() == .text("2"))
            #expect(await socket.next() == .close(nil))
        }
    }

    @Test(arguments: Kind.allCases)
    func `three pings over WebSocket are answered, then a silent client is closed`(_ kind: Kind) async throws {
        try await Self.server(kind, pingInterval: .milliseconds(300)) { port async throws in
            let socket = try await Self.webSocket(port, kind)
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

    @Test(arguments: Kind.allCases)
    func `a client closes its polling session`(_ kind: Kind) async throws {
        try await Self.polling(kind) { session async throws in
            let poll = try await session.beginPoll()
            try await session.untilWaiting()
            #expect(try await session.post("1").body == "ok")
            #expect(Answer(await poll.readToEnd()).body == "6")
            #expect(try await session.poll().status == 400)
        }
    }

    // MARK: Upgrade

    @Test(arguments: Kind.allCases)
    func `a poll that waits is ended by the probe, and the WebSocket takes over`(_ kind: Kind) async throws {
        try await Self.polling(kind) { session async throws in
            let socket = try await session.webSocket()
            let poll = try await session.beginPoll()
            try await session.untilWaiting()
            try await socket.send(text: "2probe")
            #expect(await socket.next() == .text("3probe"))
            #expect(Answer(await poll.readToEnd()).body == "6")
            try await socket.send(text: "5")
            // Whatever each server says to it comes back this way.
            try await socket.send(text: kind == .engine ? "4hello" : "40")
            guard case .text(let text) = await socket.next() else {
                Issue.record("no answer")
                return
            }
            #expect(text.hasPrefix(kind == .engine ? "4hello" : "40{"))
            #expect(try await session.poll().status == 400)
            let second = try await session.webSocket()
            #expect(await second.next() == .close(nil))
        }
    }

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

    private static func webSocket(_ port: Int, _ kind: Kind = .engine) async throws -> WebSocketClient {
        try await WebSocketClient.connect(port: port, path: "\(kind.path)?EIO=4&transport=websocket")
    }

    private static func polling(
        _ kind: Kind = .engine, pingInterval: Duration = .seconds(20), _ body: (PollingClient) async throws -> Void
    ) async throws {
        try await server(kind, pingInterval: pingInterval) { port async throws in
            try await body(try await PollingClient.connect(port: port, join: false, path: kind.path))
        }
    }

    private static func server(
        _ kind: Kind = .engine, pingInterval: Duration = .seconds(20), _ body: (_ port: Int) async throws -> Void
    ) async throws {
        try await running(kind, pingInterval: pingInterval) { try await body($0.port) }
    }

    private static func running(
        // The suite's 200 ms are too short for a machine that compiles beside the test.
        _ kind: Kind, pingInterval: Duration, pingTimeout: Duration = .seconds(12),
        _ body: (RunningServer) async throws -> Void
    ) async throws {
        let configuration = SocketIOServerConfiguration.make {
            $0.path = kind.path
            $0.pingInterval = pingInterval
            $0.pingTimeout = pingTimeout
            $0.connectTimeout = .seconds(600)
            if kind == .engine { $0.answerMessage = { $0 } }
        }
        try await RunningServer.with(configuration, setUp: { _ = $0.of("/") }) { try await body($0) }
    }
}
