import Hummingbird
import NIOCore
import NIOWebSocket
import SocketIOHummingbird
import SocketIOServer
import TestSupport
import Testing

/// A WebSocket that is opened on a connection which has carried other requests, as proxies with `keepalive` do it.
@Suite(.timeLimit(.minutes(1)))
struct ReuseTests {
    /// What comes before the upgrade.
    struct Before: Sendable, CustomTestStringConvertible {
        let testDescription: String
        let requests: [String]

        init(_ name: String, _ requests: String...) { (testDescription, self.requests) = (name, requests) }
    }

    private static let page = "GET /hello HTTP/1.1\r\nHost: x\r\n\r\n"
    private static let ownError = "GET /socket.io/?EIO=4 HTTP/1.1\r\nHost: x\r\n\r\n"
    private static let opened = "GET /socket.io/?EIO=4&transport=polling HTTP/1.1\r\nHost: x\r\n\r\n"

    private static func post(_ target: String, bytes: Int) -> String {
        "POST \(target) HTTP/1.1\r\nHost: x\r\nContent-Length: \(bytes)\r\n\r\n"
            + String(repeating: "b", count: bytes)
    }

    static let before = [
        Before("nothing"),
        Before("a page", page),
        Before("many pages", page, page, page, page, page, page, page, page, page, page, page, page),
        Before("a large page", "GET /large HTTP/1.1\r\nHost: x\r\n\r\n"),
        Before("the header of a page", "HEAD /hello HTTP/1.1\r\nHost: x\r\n\r\n"),
        Before("nothing there", "GET /none HTTP/1.1\r\nHost: x\r\n\r\n"),
        Before("a body that is read", post("/count", bytes: 300_000)),
        Before("a body that nobody reads", post("/hello", bytes: 300_000)),
        Before("an error of ours", ownError),
        Before("a session that polls", opened),
        Before("a POST to no session", post("/socket.io/?EIO=4&transport=polling&sid=none", bytes: 10)),
        Before("ours, then a page", opened, page),
        Before("a page, then ours", page, opened, ownError),
    ]

    @Test(arguments: before) func `a WebSocket behind other requests carries messages both ways`(
        _ before: Before
    ) async throws {
        try await Self.serving { running in
            let connection = try await ReusedConnection(port: running.port)
            for request in before.requests { _ = try await connection.ask(request) }
            try await connection.send(ReusedConnection.upgrade())
            #expect(try await connection.answer().status == 101)
            try await Self.talk(over: connection, running)
        }
    }

    @Test(arguments: before) func `all in one segment, its first message too, works alike`(
        _ before: Before
    ) async throws {
        try await Self.serving { running in
            let connection = try await ReusedConnection(port: running.port)
            let requests = before.requests.joined() + ReusedConnection.upgrade()
            let join = WebSocketClient.frame(opcode: .text, Array("40".utf8))
            try await connection.probe.send(raw: Array(requests.utf8) + join)
            for request in before.requests { _ = try await connection.answer(hasBody: !request.hasPrefix("HEAD ")) }
            #expect(try await connection.answer().status == 101)
            try await Self.talk(over: connection, running, hasJoined: true)
        }
    }

    @Test func `a session moves from polling to a WebSocket on its own connection`() async throws {
        try await Self.serving { running in
            let connection = try await ReusedConnection(port: running.port)
            let open = try await connection.ask(Self.opened)
            let sid = try #require(open.body.split(separator: "\"").dropFirst(3).first)
            _ = try await connection.ask(Self.page)
            try await connection.send(ReusedConnection.upgrade("\(RunningServer.target)&sid=\(sid)"))
            #expect(try await connection.answer().status == 101)
            try await connection.send(frame: "2probe")
            #expect(try await connection.text() == "3probe")
            try await connection.send(frame: "5")
            try await Self.talk(over: connection, running, isOpen: true)
        }
    }

    @Test(arguments: [page, ownError]) func `a refused upgrade on a reused connection closes it`(
        _ before: String
    ) async throws {
        try await Self.serving { running in
            let connection = try await ReusedConnection(port: running.port)
            _ = try await connection.ask(before)
            let refused = try await connection.ask(ReusedConnection.upgrade("/socket.io/?EIO=3&transport=websocket"))
            #expect(refused.status == 400)
            #expect(refused.value(of: "connection") == "close")
            #expect(await connection.isClosed())
        }
    }

    @Test func `a WebSocket behind a page ends with the server`() async throws {
        let connection = try await Self.serving { running in
            let connection = try await ReusedConnection(port: running.port)
            _ = try await connection.ask(Self.page)
            try await connection.send(ReusedConnection.upgrade())
            _ = try await connection.answer()
            _ = try await connection.text()
            return connection
        }
        // The server has returned, so Hummingbird's part has ended too; what is left is its close frame, 1001.
        #expect(try await connection.text() == "\u{3}\u{fffd}")
        #expect(await connection.isClosed())
    }

    /// Small and large messages both ways, then the end: nothing is left behind.
    private static func talk(
        over connection: ReusedConnection, _ running: RunningServer, hasJoined: Bool = false, isOpen: Bool = false
    ) async throws {
        if !isOpen { #expect(try await connection.text().hasPrefix("0{")) }
        if !hasJoined { try await connection.send(frame: "40") }
        #expect(try await connection.text().hasPrefix("40{"))
        for round in 0..<20 {
            try await connection.send(frame: "42\(round)[\"echo\",\(round)]")
            #expect(try await connection.text() == "43\(round)[\(round)]")
        }
        let large = String(repeating: "x", count: 300_000)
        for round in 0..<2 {
            try await connection.send(frame: "42\(round)[\"echo\",\"\(large)\"]")
            #expect(try await connection.text() == "43\(round)[\"\(large)\"]")
        }
        try await connection.probe.channel.close()
        while await running.server.statistics().connections > 0 { await Task.yield() }
    }

    private static func serving<Result: Sendable>(
        _ body: (RunningServer) async throws -> Result
    ) async throws -> Result {
        let router = Router(options: .autoGenerateHeadEndpoints)
        router.get("hello") { _, _ in "hi" }
        router.get("large") { _, _ in String(repeating: "l", count: 3_000_000) }
        router.post("hello") { _, _ in "taken" }
        router.post("count") { request, _ in
            try await request.body.reduce(into: 0) { $0 += $1.readableBytes }.description
        }
        let configuration = SocketIOServerConfiguration.make {
            $0.limits.inboundBytesPerSecond = 100_000_000
            // This client answers no pings, and a machine that is busy takes its time.
            $0.pingInterval = .seconds(3600)
        }
        return try await RunningServer.with(
            configuration, http: HTTPService(router.buildResponder()),
            setUp: { server in
                server.of("/").onConnection { socket in socket.onEvent("echo") { $0.ack?($0.content) } }
            }, body)
    }
}
