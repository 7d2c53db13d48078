import Hummingbird
import NIOHTTP1
import NIOWebSocket
import SocketIOHummingbird
import SocketIOServer
import TestSupport
import Testing

/// The handshake over real sockets, row by row as the official server answers it.
@Suite(.timeLimit(.minutes(1)))
struct HandshakeTests {
    @Test(arguments: [
        ("EIO=4", 0, "Transport unknown"), ("EIO=4&transport=abc", 0, "Transport unknown"),
        ("EIO=4&transport=polling&sid=zzz", 1, "Session ID unknown"),
        ("EIO=3&transport=polling", 5, "Unsupported protocol version"),
        ("transport=polling", 5, "Unsupported protocol version"),
        ("EIO=4&transport=websocket&sid=zzz", 1, "Session ID unknown"),
        ("EIO=4&transport=websocket", 3, "Bad request"),
    ])
    func `a plain request is 400 with its code`(_ query: String, _ code: Int, _ message: String) async throws {
        try await RunningServer.with { running in
            let answer = try await HTTPProbe.get("/socket.io/?\(query)", port: running.port)
            #expect(answer.hasPrefix("HTTP/1.1 400 "))
            #expect(answer.hasSuffix("\r\n\r\n{\"code\":\(code),\"message\":\"\(message)\"}"))
            #expect(answer.lowercased().contains("content-type: application/json"))
        }
    }

    @Test(arguments: ["transport=websocket", "EIO=3&transport=websocket", "EIO=x&transport=websocket"])
    func `a missing or unknown EIO is 400 with code 5 before the upgrade`(_ query: String) async throws {
        try await RunningServer.with { running in
            let refused = await refusal(port: running.port, path: "/socket.io/?\(query)")
            #expect(refused?.status == 400)
            #expect(refused?.body == #"{"code":5,"message":"Unsupported protocol version"}"#)
        }
    }

    @Test func `a POST to open a session is 400 with code 2`() async throws {
        try await RunningServer.with { running in
            let target = "/socket.io/?EIO=4&transport=websocket"
            let answer = try await HTTPProbe.request("POST", target, port: running.port, headers: ["Content-Length: 0"])
            #expect(answer.hasSuffix(#"{"code":2,"message":"Bad handshake method"}"#))
        }
    }

    @Test(arguments: [
        "Sec-WebSocket-Version: 13", "Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==",
        "Sec-WebSocket-Key: short\r\nSec-WebSocket-Version: 13",
        "Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\nSec-WebSocket-Version: 8",
    ])
    func `a bad WebSocket upgrade is a plain 400 before the upgrade`(_ headers: String) async throws {
        try await RunningServer.with { running in
            let answer = try await HTTPProbe.get(
                RunningServer.target, port: running.port,
                headers: ["Connection: Upgrade", "Upgrade: websocket", headers])
            #expect(answer.hasPrefix("HTTP/1.1 400 "))
            #expect(answer.hasSuffix(#"{"code":3,"message":"Bad request"}"#))
        }
    }

    /// RFC 6455 §4.4.
    @Test(arguments: ["8", "12", "14", "13, 8", "thirteen", nil])
    func `who upgrades with another version is told the one that is spoken`(_ version: String?) async throws {
        try await RunningServer.with { running in
            let key = ["Connection: Upgrade", "Upgrade: websocket", "Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ=="]
            let answer = try await HTTPProbe.get(
                RunningServer.target, port: running.port,
                headers: key + (version.map { ["Sec-WebSocket-Version: \($0)"] } ?? []))
            #expect(answer.hasPrefix("HTTP/1.1 400 "))
            #expect(answer.lowercased().contains("\r\nsec-websocket-version: 13\r\n"))
        }
    }

    @Test func `a page of another origin is 403 with code 4`() async throws {
        try await RunningServer.with { running in
            let refused = await refusal(port: running.port, headers: [("Origin", "http://evil.example")])
            #expect(refused?.status == 403)
            let start = #"{"code":4,"message":"Forbidden","error":{"code":"forbidden-origin","#
            #expect(refused?.body.hasPrefix(start) == true)
        }
    }

    @Test func `a page of this server, a listed one and a client that is no browser may connect`() async throws {
        let configuration = SocketIOServerConfiguration.make {
            $0.origins = .sameOrigin(also: ["https://ops.example"])
        }
        try await RunningServer.with(configuration) { running in
            for origin in ["http://127.0.0.1:\(running.port)", "https://ops.example"] {
                #expect(await refusal(port: running.port, headers: [("Origin", origin)]) == nil)
            }
            #expect(await refusal(port: running.port) == nil)
        }
    }

    @Test func `the hook may refuse a request`() async throws {
        let configuration = SocketIOServerConfiguration.make {
            $0.allowRequest = { $0.headers.first(name: "x-key") == "1" && $0.remoteAddress == "127.0.0.1" }
        }
        try await RunningServer.with(configuration) { running in
            #expect(await refusal(port: running.port)?.status == 403)
            #expect(await refusal(port: running.port, headers: [("X-Key", "1")]) == nil)
        }
    }

    @Test func `no compression is negotiated`() async throws {
        try await RunningServer.with { running in
            let client = try await WebSocketClient.connect(
                port: running.port, path: RunningServer.target,
                headers: [("Sec-WebSocket-Extensions", "permessage-deflate")])
            #expect(!client.responseHeader.lowercased().contains("extensions"))
            #expect(client.responseHeader.contains("s3pPLMBiTxaQ9kYGzzhZRbK+xOo="))
        }
    }

    @Test func `frames that come with the handshake are not lost`() async throws {
        try await RunningServer.with { running in
            let early = WebSocketClient.frame(opcode: .text, Array("40/none,".utf8))
            let request =
                "GET \(RunningServer.target) HTTP/1.1\r\nHost: x\r\nConnection: keep-alive, Upgrade\r\n"
                + "Upgrade: WebSocket\r\nSec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n"
                + "Sec-WebSocket-Version: 13\r\n\r\n"
            let client = try await WebSocketClient.connect(port: running.port, request: request, early: early)
            _ = await client.next()
            #expect(await client.next() == .text(#"44/none,{"message":"Invalid namespace"}"#))
        }
    }

    @Test func `the path without its slash and everything outside goes to the HTTP service`() async throws {
        try await RunningServer.with(http: Self.router) { running in
            let page = try await HTTPProbe.get("/hello", port: running.port)
            #expect(page.hasSuffix("\r\n\r\nhi"))
            let script = try await HTTPProbe.get("/socket.io/socket.io.min.js", port: running.port)
            #expect(script.hasSuffix("\r\n\r\njs"))
            for target in ["/socket.io", "/nothing"] {
                let answer = try await HTTPProbe.get(target, port: running.port)
                #expect(answer.hasPrefix("HTTP/1.1 404 "))
            }
        }
    }

    @Test func `a kept-alive connection serves pages, errors and then a WebSocket`() async throws {
        try await RunningServer.with(http: Self.router) { running in
            let probe = try await HTTPProbe.connect(port: running.port)
            let page = "GET /hello HTTP/1.1\r\nHost: x\r\n\r\n"
            let error = "GET /socket.io/?EIO=4 HTTP/1.1\r\nHost: x\r\n\r\n"
            // Pipelined: the answers come in the order of the requests.
            try await probe.send(page + error + page)
            var answers = ""
            while answers.components(of: "\r\n\r\nhi") < 2 {
                let more = await probe.read(until: "hi")
                try #require(!more.isEmpty, "closed after \(answers)")
                answers += more
            }
            let parts = answers.split(separator: "HTTP/1.1 ").map { $0.prefix(3) }
            #expect(parts == ["200", "400", "200"])
            try await probe.send(
                "GET \(RunningServer.target) HTTP/1.1\r\nHost: x\r\nConnection: Upgrade\r\nUpgrade: websocket\r\n"
                    + "Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\nSec-WebSocket-Version: 13\r\n\r\n")
            let opened = await probe.read(until: "maxPayload")
            #expect(opened.hasPrefix("HTTP/1.1 101 "))
            #expect(opened.contains("\"upgrades\":[]"))
        }
    }

    @Test func `bytes that are no HTTP are answered 400`() async throws {
        try await RunningServer.with { running in
            let probe = try await HTTPProbe.connect(port: running.port)
            try await probe.send("\u{16}\u{3}\u{1} nonsense\r\n\r\n")
            #expect(await probe.readToEnd().hasPrefix("HTTP/1.1 400 "))
        }
    }

    private static var router: HTTPService {
        let router = Router()
        router.get("hello") { _, _ in "hi" }
        router.get("socket.io/socket.io.min.js") { _, _ in "js" }
        return HTTPService(router.buildResponder())
    }

    private func refusal(
        port: Int, path: String = RunningServer.target, headers: [(String, String)] = []
    ) async -> WebSocketClient.Refused? {
        do {
            _ = try await WebSocketClient.connect(port: port, path: path, headers: headers)
            return nil
        } catch let refused as WebSocketClient.Refused {
            return refused
        } catch {
            Issue.record(error)
            return nil
        }
    }
}

extension String {
    /// How often the text stands in this one.
    fileprivate func components(of text: String) -> Int {
        var count = 0
        var rest = Substring(self)
        while let range = rest.firstRange(of: text) {
            count += 1
            rest = rest[range.upperBound...]
        }
        return count
    }
}
