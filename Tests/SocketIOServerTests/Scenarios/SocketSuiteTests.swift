import JSONBytes
import SocketIOServer
import TestSupport
import Testing

/// The scenarios of the official Socket.IO v5 suite, over real sockets and both transports.
///
/// The server has the namespaces `/` and `/custom`, tells each client its `auth`, answers `message` with
/// `message-back` and `message-with-ack` with its arguments.
@Suite(.timeLimit(.minutes(1)))
struct SocketSuiteTests {
    enum Transport: CaseIterable { case polling, webSocket }

    // MARK: Connect

    @Test(arguments: Transport.allCases, [("40", "{}"), (#"40{"token":"123"}"#, #"{"token":"123"}"#)])
    func `the main namespace is joined`(_ transport: Transport, _ texts: (String, String)) async throws {
        try await Self.session(transport) { client async throws in
            try await client.send(texts.0)
            try Self.expectConnected(await client.next(), namespace: "")
            #expect(try await client.next() == #"42["auth",\#(texts.1)]"#)
        }
    }

    @Test(arguments: Transport.allCases, [("40/custom,", "{}"), (#"40/custom,{"token":"abc"}"#, #"{"token":"abc"}"#)])
    func `a custom namespace is joined`(_ transport: Transport, _ texts: (String, String)) async throws {
        try await Self.session(transport) { client async throws in
            try await client.send(texts.0)
            try Self.expectConnected(await client.next(), namespace: "/custom,")
            #expect(try await client.next() == #"42/custom,["auth",\#(texts.1)]"#)
        }
    }

    @Test(arguments: Transport.allCases)
    func `an unknown namespace is refused`(_ transport: Transport) async throws {
        try await Self.session(transport) { client async throws in
            try await client.send("40/random")
            #expect(try await client.next() == #"44/random,{"message":"Invalid namespace"}"#)
        }
    }

    @Test(arguments: Transport.allCases)
    func `an invalid handshake closes`(_ transport: Transport) async throws {
        try await Self.session(transport) { client async throws in
            try await client.send("4abc")
            try await client.expectClosed()
        }
    }

    @Test(arguments: Transport.allCases)
    func `without a handshake the connection is closed`(_ transport: Transport) async throws {
        try await Self.session(transport, connectTimeout: .milliseconds(100)) { try await $0.expectClosed() }
    }

    // MARK: Disconnect

    @Test(arguments: Transport.allCases)
    func `the main namespace is left, and the custom one goes on`(_ transport: Transport) async throws {
        try await Self.joined(transport) { client async throws in
            try await client.send("40/custom")
            try Self.expectConnected(await client.next(), namespace: "/custom,")
            #expect(try await client.next() == #"42/custom,["auth",{}]"#)
            try await client.send("41")
            try await client.send(#"42/custom,["message","x"]"#)
            #expect(try await client.next() == #"42/custom,["message-back","x"]"#)
        }
    }

    @Test(arguments: Transport.allCases)
    func `the custom namespace is left, and the main one goes on`(_ transport: Transport) async throws {
        try await Self.joined(transport) { client async throws in
            try await client.send("40/custom")
            _ = try await client.next()
            _ = try await client.next()
            try await client.send("41/custom")
            try await client.send(#"42["message","x"]"#)
            #expect(try await client.next() == #"42["message-back","x"]"#)
        }
    }

    // MARK: Messages

    @Test(arguments: Transport.allCases)
    func `an event comes back`(_ transport: Transport) async throws {
        try await Self.joined(transport) { client async throws in
            try await client.send(#"42["message",1,"2",{"3":[true]}]"#)
            #expect(try await client.next() == #"42["message-back",1,"2",{"3":[true]}]"#)
        }
    }

    @Test(arguments: Transport.allCases)
    func `an event comes back with its attachments`(_ transport: Transport) async throws {
        try await Self.joined(transport) { client async throws in
            let rest = #",{"_placeholder":true,"num":0},{"_placeholder":true,"num":1}]"#
            try await client.send(#"452-["message"\#(rest)"#, [1, 2, 3], [4, 5, 6])
            #expect(try await client.next() == #"452-["message-back"\#(rest)"#)
            #expect(try await client.next() == "bAQID")
            #expect(try await client.next() == "bBAUG")
        }
    }

    @Test(arguments: Transport.allCases)
    func `an event is acknowledged`(_ transport: Transport) async throws {
        try await Self.joined(transport) { client async throws in
            try await client.send(#"42456["message-with-ack",1,"2",{"3":[false]}]"#)
            #expect(try await client.next() == #"43456[1,"2",{"3":[false]}]"#)
        }
    }

    @Test(arguments: Transport.allCases)
    func `an event is acknowledged with its attachments`(_ transport: Transport) async throws {
        try await Self.joined(transport) { client async throws in
            let rest = #"{"_placeholder":true,"num":0},{"_placeholder":true,"num":1}]"#
            try await client.send(#"452-789["message-with-ack",\#(rest)"#, [1, 2, 3], [4, 5, 6])
            #expect(try await client.next() == #"462-789[\#(rest)"#)
            #expect(try await client.next() == "bAQID")
            #expect(try await client.next() == "bBAUG")
        }
    }

    @Test(arguments: Transport.allCases, ["4abc", "42{}", #"42abc["message-with-ack",1]"#])
    func `an invalid packet closes`(_ transport: Transport, _ text: String) async throws {
        try await Self.joined(transport) { client async throws in
            try await client.send(text)
            try await client.expectClosed()
        }
    }

    // MARK: Steps

    /// A client of either transport, packet by packet as polling writes them.
    private final class Client {
        private enum Way {
            case polling(PollingClient)
            case webSocket(WebSocketClient)
        }

        private let way: Way
        private var received: [String] = []

        init(_ transport: Transport, port: Int) async throws {
            switch transport {
            case .polling: way = .polling(try await PollingClient.connect(port: port, join: false))
            case .webSocket:
                let socket = try await WebSocketClient.connect(port: port, path: RunningServer.target)
                _ = await socket.next()
                way = .webSocket(socket)
            }
        }

        func send(_ text: String, _ attachments: [UInt8]...) async throws {
            switch way {
            case .polling(let session):
                let packets = [text] + attachments.map { "b" + Self.base64($0) }
                _ = try await session.post(packets.joined(separator: "\u{1e}"))
            case .webSocket(let socket):
                try await socket.send(text: text)
                for attachment in attachments { try await socket.send(binary: attachment) }
            }
        }

        func next() async throws -> String {
            switch way {
            case .polling(let session):
                if received.isEmpty { received = try await session.poll().packets }
                return received.isEmpty ? "" : received.removeFirst()
            case .webSocket(let socket):
                switch await socket.next() {
                case .text(let text): return text
                case .binary(let bytes): return "b" + Self.base64(bytes)
                case let other: return "\(String(describing: other))"
                }
            }
        }

        func expectClosed() async throws {
            switch way {
            case .polling(let session):
                // A farewell of the server is no packet of the session.
                while case let answer = try await session.poll(), answer.status == 200 {
                    try Task.checkCancellation()
                    #expect(answer.packets == ["1"])
                }
                #expect(try await session.poll().status == 400)
            case .webSocket(let socket): #expect(await socket.next() == .close(nil))
            }
        }

        /// Of whole groups of three.
        private static func base64(_ bytes: [UInt8]) -> String {
            let alphabet = Array("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/")
            return stride(from: 0, to: bytes.count, by: 3).reduce(into: "") { text, start in
                let group = bytes[start..<start + 3].reduce(0) { $0 << 8 | Int($1) }
                for shift in [18, 12, 6, 0] { text.append(alphabet[group >> shift & 0x3f]) }
            }
        }
    }

    private static func expectConnected(_ text: String, namespace: String) throws {
        #expect(text.hasPrefix("40\(namespace){"))
        let answer = try JSONValue(parsing: Array(text.utf8.dropFirst(2 + namespace.utf8.count)))
        #expect(answer["sid"]?.string?.isEmpty == false)
        #expect(answer.object?.count == 1)
    }

    private static func joined(_ transport: Transport, _ body: (Client) async throws -> Void) async throws {
        try await session(transport) { client async throws in
            try await client.send("40")
            _ = try await client.next()
            _ = try await client.next()
            try await body(client)
        }
    }

    private static func session(
        _ transport: Transport, connectTimeout: Duration = .seconds(60), _ body: (Client) async throws -> Void
    ) async throws {
        let setUp: (SocketIOServer) -> Void = { server in
            for name in ["/", "/custom"] {
                server.of(name).onConnection { socket in
                    try socket.emit("auth", json: [socket.handshake.auth ?? Array("{}".utf8)])
                    socket.onEvent("message") { try socket.emit("message-back", $0.content) }
                    socket.onEvent("message-with-ack") { $0.ack?($0.content) }
                }
            }
        }
        try await RunningServer.with(.make { $0.connectTimeout = connectTimeout }, setUp: setUp) { running in
            try await body(try await Client(transport, port: running.port))
        }
    }
}
