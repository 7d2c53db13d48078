import Daemon
import JSONBytes
import TestSupport
import Testing

/// Who is let in.
@Suite(.timeLimit(.minutes(1))) struct AccessTests {
    private static let token = "correct-horse-battery"

    private func guarded(_ configuration: inout DaemonConfiguration) { configuration.token = Self.token }

    @Test(arguments: [nil, "{}", #"{"token":"wrong-horse-battery"}"#, #"{"token":""}"#, #"{"token":7}"#])
    func `without the token a client is refused as unauthorized`(_ auth: String?) async throws {
        try await RunningDaemon.with(adjust: guarded) { daemon in
            let refusal = await #expect(throws: SocketIOTestClient.ConnectRefused.self) {
                try await daemon.client(auth: auth)
            }
            let payload = JSONValue(try #require(refusal).payload)
            #expect(payload?["message"] == .string("unauthorized"))
        }
    }

    @Test func `with the token a client is let in, under any host name`() async throws {
        try await RunningDaemon.with(adjust: guarded) { daemon in
            let client = try await daemon.client(auth: #"{"token":"\#(Self.token)"}"#)
            try await daemon.add("sa:{a}:top", TestSample("1"))
            try await client.until(["1"])
            let socket = try await open(daemon, host: "monitor.example", origin: "http://monitor.example")
            try await socket.disconnect()
        }
    }

    @Test(arguments: ["/metrics", "/api/v1/keys"])
    func `the interfaces for programs want the token as bearer`(_ target: String) async throws {
        try await RunningDaemon.with(adjust: guarded) { daemon in
            for headers in [[], ["Authorization: Bearer nonsense"], ["Authorization: Basic \(Self.token)"]] {
                let answer = try await daemon.get(target, headers: headers)
                #expect(answer.hasPrefix("HTTP/1.1 401"))
                #expect(answer.lowercased().contains("www-authenticate: bearer"))
            }
            let authorization = "Authorization: Bearer \(Self.token)"
            #expect(try await daemon.get(target, headers: [authorization]).hasPrefix("HTTP/1.1 200"))
            #expect(try await daemon.get(target, host: "x.example", headers: [authorization]).hasPrefix("HTTP/1.1 200"))
            #expect(try await daemon.get("/healthz").hasPrefix("HTTP/1.1 200"))
        }
    }

    @Test func `a page from elsewhere may not open a WebSocket`() async throws {
        try await RunningDaemon.with { daemon in
            let refusal = await #expect(throws: WebSocketClient.Refused.self) {
                try await open(daemon, host: "127.0.0.1:\(daemon.port)", origin: "https://evil.example")
            }
            #expect(refusal?.status == 403)
            let socket = try await open(
                daemon, host: "127.0.0.1:\(daemon.port)", origin: "http://127.0.0.1:\(daemon.port)")
            try await socket.disconnect()
        }
    }

    @Test func `a page from an allowed origin may open a WebSocket`() async throws {
        try await RunningDaemon.with {
            $0.allowedOrigins = ["https://ours.example"]
        } _: { daemon in
            let socket = try await open(daemon, host: "127.0.0.1:\(daemon.port)", origin: "https://ours.example")
            try await socket.disconnect()
        }
    }

    /// DNS rebinding: the attacker's name leads to 127.0.0.1, so that its page is of the same origin.
    @Test(arguments: ["evil.example", "evil.example:8080", "127.0.0.1.evil.example", "10.0.0.1", ""])
    func `without a token a foreign host name is refused`(_ host: String) async throws {
        try await RunningDaemon.with { daemon in
            let refusal = await #expect(throws: WebSocketClient.Refused.self) {
                try await open(daemon, host: host, origin: "http://\(host)")
            }
            #expect(refusal?.status == 403)
            for target in ["/", "/metrics", "/api/v1/keys", "/readyz", "/assets/src/start.js"] {
                let answer = try await daemon.get(target, host: host)
                #expect(answer.hasPrefix("HTTP/1.1 403"), "\(target)")
                #expect(answer.contains(#""code":"forbidden-host""#))
            }
        }
    }

    /// Names that only look like the loopback's: forbidden, or no authority at all.
    @Test(arguments: [
        "[::1].evil.example", "[::1]evil", "127.1", "0x7f.0.0.1", "2130706433", "user@127.0.0.1", "127.0.0.1.",
        "evil.localhost", "%6cocalhost", "[::1%25lo]", "localhost:port", "127.0.0.1:99999",
    ])
    func `what only looks like the loopback is refused`(_ host: String) async throws {
        try await RunningDaemon.with { daemon in
            let answer = try await daemon.get("/api/v1/keys", host: host)
            #expect(answer.hasPrefix("HTTP/1.1 403") || answer.hasPrefix("HTTP/1.1 400"))
            let refusal = await #expect(throws: WebSocketClient.Refused.self) {
                try await open(daemon, host: host, origin: "http://\(host)")
            }
            #expect([400, 403].contains(refusal?.status))
        }
    }

    @Test(arguments: [
        "127.0.0.1", "localhost:1", "LOCALHOST", "[::1]:8080", "127.1.2.3", "localhost.", "[::ffff:127.0.0.1]",
    ])
    func `names of the loopback are let in`(_ host: String) async throws {
        try await RunningDaemon.with { daemon in
            #expect(try await daemon.get("/api/v1/keys", host: host).hasPrefix("HTTP/1.1 200"))
            let socket = try await open(daemon, host: host, origin: "http://\(host)")
            try await socket.disconnect()
        }
    }

    @discardableResult
    private func open(_ daemon: RunningDaemon, host: String, origin: String) async throws -> WebSocketClient {
        let lines = [
            "GET /socket.io/?EIO=4&transport=websocket HTTP/1.1", "Host: \(host)", "Origin: \(origin)",
            "Upgrade: websocket", "Connection: Upgrade", "Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==",
            "Sec-WebSocket-Version: 13",
        ]
        return try await WebSocketClient.connect(
            port: daemon.port, request: lines.joined(separator: "\r\n") + "\r\n\r\n")
    }
}
