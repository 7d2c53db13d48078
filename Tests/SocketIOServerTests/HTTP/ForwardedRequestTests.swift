import NIOCore
import Synchronization
import TestSupport
import Testing

@testable import SocketIOServer

/// What a server sees of requests that a trusted proxy at 127.0.0.1 passes on.
@Suite(.timeLimit(.minutes(1)))
struct ForwardedRequestTests {
    private static func trusting(
        _ change: @escaping (inout SocketIOServerConfiguration) -> Void = { _ in }
    ) throws -> SocketIOServerConfiguration {
        let proxies = try #require(TrustedProxies(["127.0.0.1"]))
        return .make {
            $0.trustedProxies = proxies
            change(&$0)
        }
    }

    private static func open(_ port: Int, _ headers: [String]) async throws -> String {
        try await HTTPProbe.get("/socket.io/?EIO=4&transport=polling", port: port, headers: headers)
    }

    @Test func `the handshake is the outer one`() async throws {
        let seen = Mutex<[Handshake]>([])
        let configuration = try Self.trusting {
            $0.allowRequest = { handshake in
                seen.withLock { $0.append(handshake) }
                return true
            }
        }
        try await RunningServer.with(configuration) { running in
            let headers = [
                "X-Forwarded-For: 198.51.100.1, 2001:DB8::7", "X-Forwarded-Proto: https",
                "X-Forwarded-Host: monitor.example", "Origin: https://MONITOR.example:443",
            ]
            let answer = try await Self.open(running.port, headers)
            #expect(answer.hasPrefix("HTTP/1.1 200 "))
            let handshake = try #require(seen.withLock { $0.first })
            #expect(handshake.remoteAddress == "2001:db8::7")
            #expect(handshake.secure == true)
            #expect(handshake.host == "monitor.example")
        }
    }

    @Test func `from anybody else the headers mean nothing`() async throws {
        let seen = Mutex<[Handshake]>([])
        let configuration = SocketIOServerConfiguration.make {
            $0.allowRequest = { handshake in
                seen.withLock { $0.append(handshake) }
                return true
            }
        }
        try await RunningServer.with(configuration) { running in
            let forged = ["X-Forwarded-For: 198.51.100.1", "X-Forwarded-Proto: https", "X-Forwarded-Host: m.example"]
            let answer = try await Self.open(running.port, forged)
            #expect(answer.hasPrefix("HTTP/1.1 200 "))
            let handshake = try #require(seen.withLock { $0.first })
            #expect(handshake.remoteAddress == "127.0.0.1")
            #expect(handshake.secure == false)
            let refused = try await Self.open(running.port, forged + ["Origin: https://m.example"])
            #expect(refused.hasPrefix("HTTP/1.1 403 "))
            #expect(refused.contains("set trustedProxies 127.0.0.1 if it is your proxy"))
        }
    }

    @Test func `limits count the client, however it writes its address`() async throws {
        let configuration = try Self.trusting { $0.limits.connectionsPerAddress = 2 }
        try await RunningServer.with(configuration) { running in
            var statuses: [String] = []
            let clients = [
                "198.51.100.1", "::ffff:198.51.100.1", "198.51.100.1:4711", "203.0.113.9, 198.51.100.1", "198.51.100.2",
                // A proxy that does not know its client is not counted as one.
                "unknown", "unknown", "unknown",
            ]
            for client in clients {
                let answer = try await Self.open(running.port, ["X-Forwarded-For: \(client)"])
                statuses.append(String(answer.dropFirst(9).prefix(3)))
            }
            #expect(statuses == ["200", "200", "503", "503", "200", "200", "200", "200"])
        }
    }

    @Test func `the log names the client, what was compared, and the setting`() async throws {
        let recorder = LogRecorder()
        try await RunningServer.with(try Self.trusting(), logger: recorder.logger) { running in
            let headers = [
                "X-Forwarded-For: 198.51.100.7", "X-Forwarded-Host: m.example", "X-Forwarded-Proto: https",
                "Origin: https://evil.example",
            ]
            for _ in 0..<3 {
                let refused = try await Self.open(running.port, headers)
                #expect(refused.hasPrefix("HTTP/1.1 403 "))
            }
            #expect(recorder.count("address", "198.51.100.7") == 1)
            let detail =
                "forbidden-origin: the page's origin is https://evil.example, the server's own is "
                + "https://m.example by the request's X-Forwarded-Host; let the proxy send X-Forwarded-Host (port "
                + "included) and X-Forwarded-Proto as the browser sees them, or set origins https://evil.example if "
                + "that page may connect"
            #expect(recorder.count("detail", detail) == 1)
        }
    }

    @Test func `a thousand entries and a header too many are answered`() async throws {
        try await RunningServer.with(try Self.trusting()) { running in
            let many = Array(repeating: "127.0.0.1", count: 1000).joined(separator: ",")
            let long = try await Self.open(running.port, ["X-Forwarded-For: \(many)"])
            #expect(long.hasPrefix("HTTP/1.1 200 "))
            let headers = (0..<50).map { "x-ForWarded-fOR: \($0).0.0.1" }
            let answer = try await Self.open(running.port, headers)
            #expect(answer.hasPrefix("HTTP/1.1 200 "))
        }
    }

    @Test func `who may not connect for want of room is told so in words`() async throws {
        try await RunningServer.with(.make { $0.limits.connections = 1 }) { running in
            // One at work: a connection that rests would give way.
            let first = try await WebSocketClient.connect(port: running.port, path: RunningServer.target)
            let second = try await HTTPProbe.connect(port: running.port)
            #expect(await second.readToEnd().contains(#"{"error":{"code":"too-many-connections","#))
            first.channel.close(promise: nil)
        }
    }
}
