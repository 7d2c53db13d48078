import SocketIOServer
import TestSupport
import Testing

/// CORS: which answers a browser shows to a page of another origin.
@Suite(.timeLimit(.minutes(1)))
struct SharingTests {
    private static let listed = SocketIOServerConfiguration.make {
        $0.origins = .sameOrigin(also: ["https://ops.example"])
    }
    private static let target = "/socket.io/?EIO=4&transport=polling"

    @Test func `without a listed origin there are no headers and no preflight`() async throws {
        try await RunningServer.with { running in
            let same = try await HTTPProbe.get(
                Self.target, port: running.port, headers: ["Origin: http://127.0.0.1:\(running.port)"])
            #expect(!PollingClient.Answer(same).header.contains("access-control"))
            let preflight = try await Self.preflight(running.port, "http://127.0.0.1:\(running.port)")
            // Any server says which methods it has; only what a listed page may do is said to a browser.
            #expect(preflight.status == 204)
            #expect(!preflight.header.contains("access-control"))
        }
    }

    @Test func `a listed origin stands on every answer`() async throws {
        try await RunningServer.with(Self.listed) { running in
            let origin = "Origin: https://ops.example"
            let open = PollingClient.Answer(
                try await HTTPProbe.get(Self.target, port: running.port, headers: [origin]))
            let error = PollingClient.Answer(
                try await HTTPProbe.get(Self.target + "&sid=zzz", port: running.port, headers: [origin]))
            #expect([open.status, error.status] == [200, 400])
            for header in [open.header, error.header] {
                #expect(header.contains("access-control-allow-origin: https://ops.example\r\n"))
                #expect(header.contains("access-control-allow-credentials: true\r\n"))
                #expect(header.contains("vary: origin\r\n"))
            }
            let socket = try await WebSocketClient.connect(
                port: running.port, path: RunningServer.target, headers: [("Origin", "https://ops.example")])
            #expect(socket.responseHeader.lowercased().contains("access-control-allow-origin: https://ops.example\r\n"))
        }
    }

    @Test func `a preflight is 204 with the methods and the headers that were asked for`() async throws {
        try await RunningServer.with(Self.listed) { running in
            let answer = try await Self.preflight(running.port, "https://ops.example")
            #expect(answer.status == 204)
            #expect(answer.header.contains("access-control-allow-methods: get,post\r\n"))
            #expect(answer.header.contains("access-control-allow-headers: x-one,x-two\r\n"))
            #expect(answer.header.contains("access-control-allow-origin: https://ops.example\r\n"))
            #expect(!answer.header.contains("content-length"))
        }
    }

    @Test func `another origin is 403 for polling and preflight, without headers`() async throws {
        try await RunningServer.with(Self.listed) { running in
            let get = PollingClient.Answer(
                try await HTTPProbe.get(Self.target, port: running.port, headers: ["Origin: https://evil.example"]))
            for answer in [get, try await Self.preflight(running.port, "https://evil.example")] {
                #expect(answer.status == 403)
                #expect(answer.body.hasPrefix(#"{"code":4,"message":"Forbidden","error":{"code":"forbidden-origin","#))
                #expect(!answer.header.contains("access-control"))
            }
        }
    }

    @Test func `where any origin may, the answer says so and takes no credentials`() async throws {
        try await RunningServer.with(.make { $0.origins = .any }) { running in
            let answer = PollingClient.Answer(
                try await HTTPProbe.get(Self.target, port: running.port, headers: ["Origin: https://a.example"]))
            #expect(answer.header.contains("access-control-allow-origin: *\r\n"))
            #expect(!answer.header.contains("credentials"))
        }
    }

    private static func preflight(_ port: Int, _ origin: String) async throws -> PollingClient.Answer {
        PollingClient.Answer(
            try await HTTPProbe.request(
                "OPTIONS", target, port: port,
                headers: [
                    "Origin: \(origin)", "Access-Control-Request-Method: POST",
                    "Access-Control-Request-Headers: x-one,x-two",
                ]))
    }
}
