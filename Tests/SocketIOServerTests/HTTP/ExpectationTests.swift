import Hummingbird
import NIOCore
import NIOWebSocket
import SocketIOHummingbird
import SocketIOServer
import TestSupport
import Testing

/// What is still to come of a request when its head is here: a body, trailers, requests behind it. Nothing of it may
/// reach who comes after an upgrade.
@Suite(.timeLimit(.minutes(2)))
struct ExpectationTests {
    /// Where a request goes.
    enum Route: CaseIterable {
        case page, headOfPage, nowhere, count
        case openPolling, headOfPolling, openWebSocket, oldVersion, otherOrigin
        case poll, post, upgrade
        case unknownPoll, unknownPost, unknownUpgrade
        case options, put, postToUpgrade, script, optionsToUpgrade, headToUpgrade

        var isUpgrade: Bool {
            switch self {
            case .openWebSocket, .upgrade, .unknownUpgrade, .postToUpgrade, .optionsToUpgrade, .headToUpgrade: true
            default: false
            }
        }

        var method: String {
            switch self {
            case .headOfPage, .headOfPolling, .headToUpgrade: "HEAD"
            case .count, .post, .unknownPost, .postToUpgrade: "POST"
            case .options, .optionsToUpgrade: "OPTIONS"
            case .put: "PUT"
            default: "GET"
            }
        }

        func target(sid: String) -> String {
            let path = "/socket.io/?EIO=4&transport="
            return switch self {
            case .page, .headOfPage: "/hello"
            case .nowhere: "/none"
            case .count: "/count"
            case .openPolling, .headOfPolling, .otherOrigin, .put: path + "polling"
            case .openWebSocket, .postToUpgrade, .optionsToUpgrade, .headToUpgrade: path + "websocket"
            case .oldVersion: "/socket.io/?EIO=3&transport=polling"
            case .poll, .post: path + "polling&sid=\(sid)"
            case .upgrade: path + "websocket&sid=\(sid)"
            case .unknownPoll, .unknownPost: path + "polling&sid=none"
            case .unknownUpgrade: path + "websocket&sid=none"
            case .options: "/socket.io/"
            case .script: "/socket.io/socket.io.js"
            }
        }

        func status(_ body: Body) -> Int {
            switch self {
            case .page, .headOfPage, .count, .openPolling, .headOfPolling, .poll, .script: 200
            case .post: body.bytes.isEmpty ? 400 : 200
            case .nowhere: 404
            case .openWebSocket, .upgrade: 101
            case .otherOrigin: 403
            case .options, .optionsToUpgrade: 204
            case .oldVersion, .unknownPoll, .unknownPost, .unknownUpgrade, .put, .postToUpgrade, .headToUpgrade: 400
            }
        }
    }

    /// What comes after the head, and what says so in it.
    enum Body: CaseIterable {
        case none, empty, length, chunks, trailer

        var header: String {
            switch self {
            case .none: ""
            case .empty: "Content-Length: 0\r\n"
            case .length: "Content-Length: 2\r\n"
            case .chunks: "Transfer-Encoding: chunked\r\n"
            case .trailer: "Transfer-Encoding: chunked\r\nTrailer: x-sum\r\n"
            }
        }

        var bytes: String {
            switch self {
            case .none, .empty: ""
            case .length: "40"
            case .chunks: "1\r\n4\r\n1\r\n0\r\n0\r\n\r\n"
            case .trailer: "2\r\n40\r\n0\r\nX-Sum: 1\r\n\r\n"
            }
        }
    }

    private static let page = "GET /hello HTTP/1.1\r\nHost: x\r\n\r\n"

    private static let expectations = ["", "Expect: 100-continue\r\n"]

    @Test(arguments: Route.allCases)
    func `who says what the client waits for, and then is answered once`(_ route: Route) async throws {
        try await Self.serving { running in
            for body in Body.allCases {
                for header in Self.expectations {
                    for before in ["", Self.page] { try await Self.ask(route, body, header, before, running) }
                }
            }
            #expect(try await HTTPProbe.get("/hello", port: running.port).hasSuffix("hi"))
        }
    }

    private static func ask(
        _ route: Route, _ body: Body, _ header: String, _ before: String, _ running: RunningServer
    ) async throws {
        let sid = try await session(for: route, running)
        let connection = try await ReusedConnection(port: running.port)
        let head = before + self.head(route, sid, header + body.header)
        let waits = !header.isEmpty && !body.bytes.isEmpty
        try await connection.send(waits ? head : head + body.bytes)
        if !before.isEmpty { #expect(try await connection.answer().body == "hi") }
        let hasBody = route.method != "HEAD"
        var answer = try await connection.answer(hasBody: hasBody)
        if waits, answer.status == 100 {
            try await connection.send(body.bytes)
            answer = try await connection.answer(hasBody: hasBody)
        } else if waits {
            // What was not asked for may still come.
            #expect(answer.value(of: "connection") == "close")
        }
        #expect(answer.status == route.status(body), "\(route) \(body) \(header)")
        if answer.status == 101 {
            try await talk(over: connection, route)
        } else if answer.value(of: "connection") != "close" {
            #expect(try await connection.ask(page).body == "hi")
        }
        try? await connection.probe.channel.close()
    }

    @Test(arguments: Route.allCases)
    func `head, body and what follows may come in one segment`(_ route: Route) async throws {
        try await Self.serving { running in
            for body in Body.allCases {
                for header in Self.expectations { try await Self.askAtOnce(route, body, header, running) }
            }
            #expect(try await HTTPProbe.get("/hello", port: running.port).hasSuffix("hi"))
        }
    }

    private static func askAtOnce(
        _ route: Route, _ body: Body, _ header: String, _ running: RunningServer
    ) async throws {
        let sid = try await session(for: route, running)
        let connection = try await ReusedConnection(port: running.port)
        let request = page + head(route, sid, header + body.header) + body.bytes
        let speaks = WebSocketClient.frame(opcode: .text, Array((route == .upgrade ? "2probe" : "40").utf8))
        let opens = route.status(body) == 101
        try await connection.probe.send(raw: Array(request.utf8) + (opens ? speaks : Array(page.utf8)))
        #expect(try await connection.answer().body == "hi")
        let hasBody = route.method != "HEAD"
        var answer = try await connection.answer(hasBody: hasBody)
        if answer.status == 100 { answer = try await connection.answer(hasBody: hasBody) }
        #expect(answer.status == route.status(body), "\(route) \(body) \(header)")
        if opens {
            try await talk(over: connection, route, hasSpoken: true)
        } else if answer.value(of: "connection") != "close" {
            #expect(try await connection.answer().body == "hi")
        }
        try? await connection.probe.channel.close()
    }

    /// The decoder reads on behind such a head, because it does not take it for an upgrade: a tab ends the word.
    @Test(arguments: ["Upgrade\t", "keep-alive,Upgrade\t", "Upgrade\t, x", "x,\tUpgrade"], [false, true])
    func `requests behind an upgrade end that connection alone`(_ token: String, _ asks: Bool) async throws {
        try await Self.serving(asks: asks) { running in
            let head = ReusedConnection.upgrade().replacing("Connection: Upgrade", with: "Connection: \(token)")
            let halves = ["", "\r\n", "G", "POST /count HTTP/1.1\r\n", "\u{1}\u{1}"]
            for behind in halves + [Self.page, Self.page + Self.page] {
                for before in ["", Self.page] {
                    let connection = try await ReusedConnection(port: running.port)
                    try await connection.send(before + head + behind)
                    if !before.isEmpty { #expect(try await connection.answer().body == "hi") }
                    #expect(try await connection.answer().status == 101)
                    // With nothing behind it, such a head is in order (RFC 9110 §5.6.3).
                    if behind.isEmpty { try await Self.talk(over: connection, .openWebSocket) }
                    try? await connection.probe.channel.close()
                }
            }
            while await running.server.statistics().connections > 0 { await Task.yield() }
            #expect(try await HTTPProbe.get("/hello", port: running.port).hasSuffix("hi"))
        }
    }

    @Test(arguments: Body.allCases)
    func `a client that ends amid an upgrade opens nothing`(_ body: Body) async throws {
        try await Self.serving { running in
            let whole = Self.head(.openWebSocket, "", body.header) + body.bytes
            for count in [whole.utf8.count - 1, whole.utf8.count - 4] {
                let probe = try await HTTPProbe.connect(port: running.port)
                try await probe.send(raw: Array(whole.utf8.prefix(count)))
                try await probe.channel.close(mode: .output)
                #expect(await !probe.readToEnd().contains(" 101 "))
            }
            #expect(await running.server.statistics().sessionsOpened == 0)
        }
    }

    private static func head(_ route: Route, _ sid: String, _ headers: String) -> String {
        let origin = route == .otherOrigin ? "Origin: http://other.example\r\n" : ""
        let upgrade =
            "Connection: Upgrade\r\nUpgrade: websocket\r\nSec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n"
            + "Sec-WebSocket-Version: 13\r\n"
        return "\(route.method) \(route.target(sid: sid)) HTTP/1.1\r\nHost: x\r\n\(origin)"
            + (route.isUpgrade ? upgrade : "") + headers + "\r\n"
    }

    /// The id of a session, where the route needs one. A poll of it is answered at once.
    private static func session(for route: Route, _ running: RunningServer) async throws -> String {
        guard [.poll, .post, .upgrade].contains(route) else { return "" }
        let client = try await PollingClient.connect(port: running.port, join: route == .upgrade)
        if route == .poll { _ = try await client.post("40") }
        return client.sid
    }

    private static func talk(
        over connection: ReusedConnection, _ route: Route, hasSpoken: Bool = false
    ) async throws {
        if route == .upgrade {
            if !hasSpoken { try await connection.send(frame: "2probe") }
            #expect(try await connection.text() == "3probe")
        } else {
            #expect(try await connection.text().hasPrefix("0{"))
            if !hasSpoken { try await connection.send(frame: "40") }
            #expect(try await connection.text().hasPrefix("40{"))
        }
    }

    private static func serving(
        asks: Bool = false, _ body: (RunningServer) async throws -> Void
    ) async throws {
        let router = Router(options: .autoGenerateHeadEndpoints)
        router.get("hello") { _, _ in "hi" }
        router.post("count") { request, _ in
            try await request.body.reduce(into: 0) { $0 += $1.readableBytes }.description
        }
        let configuration = SocketIOServerConfiguration.make {
            $0.origins = .sameOrigin(also: [])
            $0.clientFiles = ClientFiles { $0 == "socket.io.js" ? Array("io".utf8) : nil }
            $0.pingInterval = .seconds(3600)
            if asks {
                $0.allowRequestAsync = { _ in
                    await Task.yield()
                    return true
                }
            }
        }
        try await RunningServer.with(
            configuration, http: HTTPService(router.buildResponder()), setUp: { _ = $0.of("/") }, body)
    }
}
