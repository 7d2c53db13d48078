import NIOCore
import NIOPosix
import NIOWebSocket
import TestSupport
import Testing

@testable import SocketIOServer

/// Many clients come through one trusted proxy at 127.0.0.1: unfinished input is charged to each of them, not to it.
@Suite(.timeLimit(.minutes(1)))
struct ForwardedInputTests {
    enum Way: CaseIterable { case webSocket, post }

    /// Bytes of unfinished input in one message.
    private static let part = 10_000

    @Test(arguments: Way.allCases)
    func `of many clients behind one proxy the one that holds most loses, not the one that was first`(
        _ way: Way
    ) async throws {
        let proxies = try #require(TrustedProxies(["127.0.0.1"]))
        let configuration = SocketIOServerConfiguration.make {
            $0.trustedProxies = proxies
            $0.limits.unfinishedBytes = 100_000
            $0.limits.unjoinedBytes = 16_384
            // Nobody is late here, however slow the machine.
            ($0.limits.headerTimeout, $0.limits.messageTimeout) = (.seconds(600), .seconds(600))
            ($0.connectTimeout, $0.pingTimeout) = (.seconds(600), .seconds(600))
        }
        try await RunningServer.with(configuration, setUp: { _ = $0.of("/") }) { running in
            let honest = try await Unfinished(way, "198.51.100.1", running.port)
            try await Self.untilHeld(by: 1, running)
            let first = try await Unfinished(way, "203.0.113.9", running.port)
            try await Self.untilHeld(by: 2, running)
            var greedy: [Unfinished] = []
            for _ in 0..<11 {
                // One that is let go while it still writes may see its connection closed.
                guard let more = try? await Unfinished(way, "203.0.113.9", running.port) else { continue }
                greedy.append(more)
            }
            // Of the client that holds most what it has held longest is let go; it would be that of the other if both
            // were the proxy.
            #expect(await first.isCut())
            #expect(try await honest.finish())
            let inventory = try await running.server.inventory()
            #expect(inventory.isTrue)
        }
    }

    private static func untilHeld(by count: Int, _ running: RunningServer) async throws {
        while try await running.server.inventory().counted.inputHolders < count {
            try Task.checkCancellation()
            await Task.yield()
        }
    }

    /// A message of which the first bytes have been sent.
    private struct Unfinished {
        private enum Connection {
            case webSocket(WebSocketClient)
            case post(HTTPProbe)
        }

        private let connection: Connection
        private let rest: [UInt8]

        init(_ way: Way, _ client: String, _ port: Int) async throws {
            let text = Array("40{\"a\":\"\(String(repeating: "x", count: part))\"}".utf8)
            switch way {
            case .webSocket:
                let socket = try await WebSocketClient.connect(
                    port: port, path: RunningServer.target, headers: [("X-Forwarded-For", client)])
                _ = await socket.next()
                let frame = WebSocketClient.frame(opcode: .text, text)
                rest = Array(frame.dropFirst(part))
                connection = .webSocket(socket)
                try await socket.send(raw: Array(frame.prefix(part)))
            case .post:
                let forwarded = "X-Forwarded-For: \(client)"
                let opened = try await HTTPProbe.get(
                    "/socket.io/?EIO=4&transport=polling", port: port, headers: [forwarded])
                let id = opened.split(separator: "\"sid\":\"").last?.prefix { $0 != "\"" } ?? ""
                let probe = try await HTTPProbe.connect(port: port)
                rest = Array(text.dropFirst(part))
                connection = .post(probe)
                let head = """
                    POST /socket.io/?EIO=4&transport=polling&sid=\(id) HTTP/1.1\r\nHost: x\r\n\(forwarded)\r\n\
                    Connection: close\r\nContent-Length: \(text.count)\r\n\r\n
                    """
                try await probe.send(raw: Array(head.utf8) + text.prefix(part))
            }
        }

        /// Waits for the end of the connection.
        func isCut() async -> Bool {
            switch connection {
            case .webSocket(let socket):
                while await socket.next() != nil {}
                return true
            case .post(let probe): return await probe.readToEnd().isEmpty
            }
        }

        /// Sends what is left and tells whether it was taken.
        func finish() async throws -> Bool {
            switch connection {
            case .webSocket(let socket):
                try await socket.send(raw: rest)
                guard case .text(let text) = await socket.next() else { return false }
                return text.hasPrefix("40{")
            case .post(let probe):
                try await probe.send(raw: rest)
                return await probe.readToEnd().hasPrefix("HTTP/1.1 200 ")
            }
        }
    }

    // MARK: The client's own scheme

    @Test(arguments: [
        // What a proxy says goes before how it reached us; where it says nothing, that is all that is known.
        (true, "http", false), (true, "https", true), (false, "https", true), (false, "http", false),
        (true, nil, true), (false, nil, false), (true, "gopher", true), (true, "https, http", false),
    ])
    func `behind a trusted proxy the handshake tells the client's own scheme`(
        _ inner: Bool, _ told: String?, _ expected: Bool
    ) async throws {
        for isTrusted in [true, false] {
            let handshake = try await Self.handshake(secure: inner, told: told, isTrusted: isTrusted)
            #expect(handshake.secure == (isTrusted ? expected : inner))
            #expect(handshake.remoteAddress == (isTrusted ? "198.51.100.1" : "127.0.0.1"))
        }
    }

    private static func handshake(secure: Bool, told: String?, isTrusted: Bool) async throws -> Handshake {
        let proxies = try #require(TrustedProxies(isTrusted ? ["127.0.0.1"] : []))
        let io = SocketIOServer(.make { $0.trustedProxies = proxies }, logger: .quiet)
        let joined = JoinedSockets()
        io.onConnection { joined.add($0) }
        let listener = try await ServerBootstrap(group: io.eventLoop)
            .childChannelInitializer { io.configure($0, secure: secure) }
            .bind(host: "127.0.0.1", port: 0).get()
        let scheme = told.map { [("X-Forwarded-Proto", $0)] } ?? []
        let socket = try await WebSocketClient.connect(
            port: try #require(listener.localAddress?.port), path: RunningServer.target,
            headers: [("X-Forwarded-For", "198.51.100.1")] + scheme)
        try await socket.send(text: "40")
        let handshake = try await joined.next().handshake
        try await listener.close()
        io.shutDown()
        return handshake
    }
}
