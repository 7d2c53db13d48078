import Hummingbird
import NIOCore
import NIOHTTP1
import SocketIOHummingbird
import SocketIOServer
import TestSupport
import Testing

/// What HTTP asks of every answer, whoever gives it, and of every request (RFC 9110, RFC 9112).
@Suite(.timeLimit(.minutes(1)))
struct HTTPRulesTests {
    private static let key = "Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\nSec-WebSocket-Version: 13\r\n"

    private static func serving<Result: Sendable>(
        _ change: (inout SocketIOServerConfiguration) -> Void = { _ in },
        _ body: (RunningServer) async throws -> Result
    ) async throws -> Result {
        let router = Router(options: .autoGenerateHeadEndpoints)
        router.get("hello") { _, _ in "hi" }
        router.get("own") { _, _ in Response(status: .ok, headers: [.contentSecurityPolicy: "own"]) }
        router.get("stream") { _, _ in
            let body = ResponseBody { writer in
                try await writer.write(ByteBuffer(string: "piece"))
                try await writer.finish(nil)
            }
            return Response(status: .ok, body: body)
        }
        router.get("fails") { _, _ -> String in throw CancellationError() }
        router.post("count") { request, _ in
            try await request.body.reduce(into: 0) { $0 += $1.readableBytes }.description
        }
        let configuration = SocketIOServerConfiguration.make {
            $0.responseHeaders = ["content-security-policy": "default-src 'self'", "x-content-type-options": "nosniff"]
            $0.origins = .sameOrigin(also: ["https://ours.example"])
            change(&$0)
        }
        return try await RunningServer.with(
            configuration, http: HTTPService(router.buildResponder()), setUp: { _ = $0.of("/") }, body)
    }

    private static func answer(_ request: String, _ running: RunningServer) async throws -> String {
        let probe = try await HTTPProbe.connect(port: running.port)
        try await probe.send(request)
        return await probe.readToEnd()
    }

    /// Requests whose answers come from here and there; each is the last of its connection.
    static let everyKind: [(request: String, status: Int)] = [
        ("GET /hello HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n", 200),
        ("GET /none HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n", 404),
        ("GET /fails HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n", 500),
        ("GET /socket.io/?EIO=4&transport=polling HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n", 200),
        ("GET /socket.io/?EIO=3&transport=polling HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n", 400),
        (
            "GET /socket.io/?EIO=4&transport=polling HTTP/1.1\r\nHost: x\r\nOrigin: http://e\r\nConnection: close\r\n\r\n",
            403
        ),
        ("PUT /socket.io/?EIO=4&transport=polling HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n", 400),
        ("OPTIONS /socket.io/ HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n", 204),
        ("GET /hello HTTP/1.1\r\n\r\n", 400),
        ("nonsense\r\n\r\n", 400),
        ("GET /hello HTTP/1.1\r\nHost: x\r\nX-Long: \(String(repeating: "x", count: 20_000))\r\n\r\n", 431),
    ]

    @Test(arguments: everyKind.indices) func `every answer has a date and the headers that are set for all`(
        _ index: Int
    ) async throws {
        let (request, status) = Self.everyKind[index]
        let answer = try await Self.serving { try await Self.answer(request, $0) }
        #expect(answer.hasPrefix("HTTP/1.1 \(status) "))
        let lines = answer.components(before: "\r\n\r\n").split(separator: "\r\n").map { $0.lowercased() }
        #expect(lines.filter { $0.hasPrefix("date: ") && $0.hasSuffix(" gmt") }.count == 1)
        #expect(lines.filter { $0 == "content-security-policy: default-src 'self'" }.count == 1)
        #expect(lines.filter { $0 == "x-content-type-options: nosniff" }.count == 1)
    }

    /// A second answer would be taken for that to the next request of whoever shares the connection.
    @Test(arguments: ["/none", "/hello", "/count"], ["-1\r\n", "0x1\r\n", "1\r\nxx\r\n", "10000000000000000\r\n"])
    func `a request whose body turns into no HTTP is answered once`(_ path: String, _ chunk: String) async throws {
        try await Self.serving { running in
            let probe = try await HTTPProbe.connect(port: running.port)
            try await probe.send("POST \(path) HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n\r\n\(chunk)")
            let seen = await probe.readToEnd()
            #expect(seen.ranges(of: "HTTP/1.1 ").count == 1, "\(seen)")
            #expect(seen.hasPrefix(path == "/count" ? "HTTP/1.1 400 " : "HTTP/1.1 404 "))
        }
    }

    @Test func `an upgrade and a refusal have them too, and an answer's own header stays`() async throws {
        try await Self.serving({ $0.limits.connections = 1 }) { running in
            let socket = try await WebSocketClient.connect(port: running.port, path: RunningServer.target)
            #expect(socket.responseHeader.lowercased().contains("x-content-type-options: nosniff"))
            // It comes unasked, and may be over before a request is sent.
            let refused = await (try HTTPProbe.connect(port: running.port)).readToEnd().lowercased()
            #expect(refused.hasPrefix("http/1.1 503 "))
            #expect(refused.contains("retry-after: ") && refused.contains("x-content-type-options: nosniff"))
            #expect(refused.contains("\r\ndate: "))
        }
        try await Self.serving { running in
            let own = try await HTTPProbe.get("/own", port: running.port).lowercased()
            #expect(own.contains("content-security-policy: own\r\n"))
            #expect(!own.contains("default-src"))
        }
    }

    @Test(arguments: [
        "/hello", "/none", "/socket.io/?EIO=4&transport=polling", "/socket.io/?EIO=3&transport=polling",
        "/socket.io/?EIO=4&transport=polling&sid=none", "/socket.io/?EIO=4", "/socket.io/socket.io.js",
    ]) func `HEAD is answered as GET, without a body, and the connection goes on`(_ target: String) async throws {
        try await Self.serving { running in
            let connection = try await ReusedConnection(port: running.port)
            let head = try await connection.ask("HEAD \(target) HTTP/1.1\r\nHost: x\r\n\r\n")
            let get = try await connection.ask("GET \(target) HTTP/1.1\r\nHost: x\r\n\r\n")
            #expect(head.status == get.status)
            #expect(head.value(of: "content-type") == get.value(of: "content-type"))
            if let length = head.value(of: "content-length") { #expect(length == get.value(of: "content-length")) }
            #expect(try await connection.ask("GET /hello HTTP/1.1\r\nHost: x\r\n\r\n").body == "hi")
        }
    }

    @Test(arguments: ["1.0", "1.1"]) func `HEAD says no length where GET says none`(_ version: String) async throws {
        try await Self.serving { running in
            for target in ["/stream", "/hello"] {
                let connection = try await ReusedConnection(port: running.port)
                let close = "Connection: keep-alive\r\n\r\n"
                let head = try await connection.ask("HEAD \(target) HTTP/\(version)\r\nHost: x\r\n\(close)")
                #expect(head.status == 200)
                #expect(head.value(of: "content-length") == (target == "/stream" ? nil : "2"))
                // It has no body, so its end is known.
                #expect(try await connection.ask("GET /hello HTTP/1.1\r\nHost: x\r\n\r\n").body == "hi")
            }
        }
    }

    @Test func `HEAD opens no session and takes no packets`() async throws {
        try await Self.serving { running in
            let head = "HEAD /socket.io/?EIO=4&transport=polling HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n"
            #expect(try await Self.answer(head, running).hasPrefix("HTTP/1.1 200 "))
            #expect(await running.server.statistics().sessionsOpened == 0)
            let client = try await PollingClient.connect(port: running.port, join: false)
            _ = try await client.post("40")
            let answer = try await Self.answer(
                "HEAD \(client.target) HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n", running)
            #expect(answer.hasPrefix("HTTP/1.1 200 "))
            #expect(answer.hasSuffix("\r\n\r\n"))
            #expect(try await client.poll().packets.first?.hasPrefix("40{") == true)
        }
    }

    @Test func `OPTIONS and a wrong method say what is allowed`() async throws {
        try await Self.serving { running in
            for method in ["OPTIONS", "PUT", "DELETE", "PATCH"] {
                let answer = try await HTTPProbe.request(
                    method, "/socket.io/?EIO=4&transport=polling", port: running.port)
                #expect(answer.hasPrefix(method == "OPTIONS" ? "HTTP/1.1 204 " : "HTTP/1.1 400 "))
                #expect(answer.lowercased().contains("\r\nallow: get, head, post, options\r\n"))
            }
        }
    }

    /// Two who read a request differently, a proxy and we, must never both be right.
    @Test(arguments: [
        "GET /hello HTTP/1.1\r\n\r\n", "GET /hello HTTP/1.1\r\nHost: a\r\nHost: a\r\n\r\n",
        "GET /hello HTTP/1.1\r\nHost: a\r\nhost: b\r\n\r\n", "GET /hello HTTP/1.1\r\nHost: u@a\r\n\r\n",
        "GET /hello HTTP/1.1\r\nHost: [::1].evil.example\r\n\r\n", "GET /hello HTTP/1.1\r\nHost: a b\r\n\r\n",
        "GET /hello HTTP/1.1\r\nHost: a:65536\r\n\r\n", "GET hello HTTP/1.1\r\nHost: a\r\n\r\n",
        "GET http://u@a/hello HTTP/1.1\r\nHost: a\r\n\r\n", "GET ftp://a/hello HTTP/1.1\r\nHost: a\r\n\r\n",
        "GET /hel\u{0}lo HTTP/1.1\r\nHost: a\r\n\r\n", "GET /h#x HTTP/1.1\r\nHost: a\r\n\r\n",
        "GET /h\u{e4} HTTP/1.1\r\nHost: a\r\n\r\n", "* /hello HTTP/1.1\r\nHost: a\r\n\r\n",
        "GET /hello HTTP/1.1\r\nHost: a\r\nOrigin: http://a\r\nOrigin: http://b\r\n\r\n",
        "GET /hello HTTP/1.1\r\nHost : a\r\n\r\n", "GET /hello HTTP/1.1\r\n Host: a\r\n\r\n",
        "GET /hello HTTP/1.1\r\nHost: a\r\nX: 1\r\n folded\r\n\r\n", "GET /hello HTTP/1.1\nHost: a\n\n",
        "GET /hello HTTP/1.1\r\nHost: a\nX: 1\r\n\r\n", "GET /hello HTTP/1.1\r\nHost: a\r\nX\u{0}: 1\r\n\r\n",
        "GET /hello HTTP/1.1\r\nHost: a\r\nX: \u{0}\r\n\r\n", "GET /hello HTTP/1.1\r\nHost: a\r\nX: a\rb\r\n\r\n",
        "GET /hello\r\n\r\n", "get /hello HTTP/1.1\r\nHost: a\r\n\r\n",
        "POST /count HTTP/1.1\r\nHost: a\r\nContent-Length: 1\r\nContent-Length: 2\r\n\r\nab",
        "POST /count HTTP/1.1\r\nHost: a\r\nContent-Length: 2, 2\r\n\r\nab",
        "POST /count HTTP/1.1\r\nHost: a\r\nContent-Length: +2\r\n\r\nab",
        "POST /count HTTP/1.1\r\nHost: a\r\nContent-Length: 0x2\r\n\r\nab",
        "POST /count HTTP/1.1\r\nHost: a\r\nContent-Length: -2\r\n\r\nab",
        "POST /count HTTP/1.1\r\nHost: a\r\nContent-Length: 99999999999999999999\r\n\r\nab",
        "POST /count HTTP/1.1\r\nHost: a\r\nContent-Length: 2\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n",
        "POST /count HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\nContent-Length: 2\r\n\r\n0\r\n\r\n",
        "POST /count HTTP/1.0\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n",
        "POST /count HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: xchunked\r\n\r\n0\r\n\r\n",
        "POST /count HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked, identity\r\n\r\n0\r\n\r\n",
        "POST /count HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: identity\r\n\r\nab",
        "POST /count HTTP/1.1\r\nHost: a\r\nTransfer-Encoding : chunked\r\n\r\n0\r\n\r\n",
        "POST /count HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n0x1\r\na\r\n0\r\n\r\n",
        "POST /count HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n-1\r\na\r\n0\r\n\r\n",
    ]) func `what could be read in two ways is refused, and what follows it not read`(_ request: String) async throws {
        try await Self.serving { running in
            let answer = try await Self.answer(request + "GET /hello HTTP/1.1\r\nHost: a\r\n\r\n", running)
            #expect(["400", "501", "505"].contains(String(answer.dropFirst(9).prefix(3))), "\(answer)")
            #expect(!answer.hasSuffix("hi"))
            #expect(answer.lowercased().contains("\r\nconnection: close\r\n"))
        }
    }

    @Test(arguments: [
        ("GET http://x/hello HTTP/1.1\r\nHost: other\r\n\r\n", "hi"),
        ("GET HTTPS://X:81/hello?a HTTP/1.1\r\nHost: \r\n\r\n", "hi"),
        ("GET /hello HTTP/1.1\r\nHost:\r\n\r\n", "hi"), ("GET /hello HTTP/1.1\r\nhOST: [::1]:80\r\n\r\n", "hi"),
        ("POST /count HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: Chunked\r\n\r\n3\r\nabc\r\n0\r\n\r\n", "3"),
        ("POST /count HTTP/1.1\r\nHost: a\r\nContent-Length: 3\r\n\r\nabc", "3"),
        ("\r\nGET /hello HTTP/1.1\r\nHost: a\r\n\r\n", "hi"),
    ]) func `what is unusual and in order is served`(_ request: String, _ body: String) async throws {
        try await Self.serving { running in
            let connection = try await ReusedConnection(port: running.port)
            try await connection.send(request)
            let answer = try await connection.answer()
            #expect(answer.status == 200)
            #expect(answer.body == body)
        }
    }

    @Test(arguments: ["1.0", "1.1"]) func `only HTTP/1.1 can be left for a WebSocket`(_ version: String) async throws {
        try await Self.serving { running in
            let connection = try await ReusedConnection(port: running.port)
            try await connection.send(
                "GET \(RunningServer.target) HTTP/\(version)\r\nHost: x\r\nConnection: Upgrade\r\n"
                    + "Upgrade: websocket\r\n\(Self.key)\r\n")
            #expect(try await connection.answer().status == (version == "1.0" ? 400 : 101))
        }
    }

    @Test func `the target's host is the one that origins are compared with`() async throws {
        try await Self.serving { running in
            let absolute = try await Self.answer(
                "GET http://evil.example/socket.io/?EIO=4&transport=polling HTTP/1.1\r\nHost: ours\r\n"
                    + "Origin: http://ours\r\nConnection: close\r\n\r\n", running)
            #expect(absolute.hasPrefix("HTTP/1.1 403 "))
        }
    }

    @Test(arguments: ["", "Connection: close\r\n"]) func `HTTP 1 0 needs no Host and gets no chunks`(
        _ header: String
    ) async throws {
        try await Self.serving { running in
            let answer = try await Self.answer("GET /hello HTTP/1.0\r\n\(header)\r\n", running)
            #expect(answer.hasPrefix("HTTP/1.0 200 "))
            #expect(answer.hasSuffix("\r\n\r\nhi"))
        }
    }

    @Test func `who waits for a word before the body gets it, or the answer in its place`() async throws {
        try await Self.serving { running in
            for target in ["/count", try await PollingClient.connect(port: running.port).target] {
                let connection = try await ReusedConnection(port: running.port)
                try await connection.send(
                    "POST \(target) HTTP/1.1\r\nHost: x\r\nExpect: 100-Continue\r\nContent-Length: 3\r\n\r\n")
                #expect(try await connection.answer().status == 100)
                try await connection.send("42\"")
                #expect(try await connection.answer().status != 100)
            }
            let unknown = "POST /socket.io/?EIO=4&transport=polling&sid=none HTTP/1.1\r\nHost: x\r\n"
            let refused = try await Self.answer(
                unknown + "Expect: 100-continue\r\nContent-Length: 9000\r\n\r\n", running)
            #expect(refused.hasPrefix("HTTP/1.1 400 "))
            let strange = try await Self.answer(
                "POST /count HTTP/1.1\r\nHost: x\r\nExpect: a-miracle\r\nContent-Length: 3\r\n\r\n", running)
            #expect(strange.hasPrefix("HTTP/1.1 417 "))
        }
    }

    @Test(arguments: [
        "GET /hello HTTP/1.1\r\nHost: x\r\nConnection: Upgrade, HTTP2-Settings\r\nUpgrade: h2c\r\n\r\n",
        "GET /hello HTTP/1.1\r\nHost: x\r\nConnection: close, upgrade\r\nUpgrade: websocket\r\n\r\n",
        "GET /hello HTTP/1.1\r\nHost: x\r\nUpgrade: websocket\r\n\r\n",
        "CONNECT x:80 HTTP/1.1\r\nHost: x\r\n\r\n",
    ]) func `an upgrade that is not done is answered, and the connection closed`(_ request: String) async throws {
        try await Self.serving { running in
            let answer = try await Self.answer(request, running)
            #expect(answer.hasPrefix(request.hasPrefix("CONNECT") ? "HTTP/1.1 404 " : "HTTP/1.1 200 "))
            #expect(answer.lowercased().contains("connection: close\r\n"))
        }
    }

    @Test(arguments: [20_000, 200_000])
    func `a header that is too large is 431, and a target that is 414, however it comes`(
        _ bytes: Int
    ) async throws {
        try await Self.serving { running in
            for header in [
                "X: \(String(repeating: "x", count: bytes))", String(repeating: "X: y\r\n", count: bytes / 6),
            ] {
                let answer = try await Self.answer("GET / HTTP/1.1\r\nHost: x\r\n\(header)\r\n\r\n", running)
                #expect(answer.hasPrefix("HTTP/1.1 431 "))
            }
            let target = try await Self.answer("GET /\(String(repeating: "x", count: bytes)) HTTP/1.1\r\n", running)
            #expect(target.hasPrefix("HTTP/1.1 414 "))
            #expect(try await HTTPProbe.get("/hello", port: running.port).hasSuffix("hi"))
        }
    }
}

extension String {
    fileprivate func components(before text: String) -> Substring {
        firstRange(of: text).map { self[..<$0.lowerBound] } ?? self[...]
    }
}
