import JSONBytes
import NIOWebSocket
import SeededRandom
import SocketIOServer
import TestSupport
import Testing

/// What travels over the WebSocket, row by row as the official server does it.
@Suite(.timeLimit(.minutes(1)))
struct ProtocolTests {
    @Test func `the open packet comes first, then the CONNECT answer with the sid only`() async throws {
        try await Self.session(join: false) { client in
            guard case .text(let open) = await client.next() else {
                Issue.record("no open packet")
                return
            }
            let keys = open.split(separator: "\"").enumerated().filter { $0.offset % 2 == 1 }.map { String($0.element) }
            #expect(keys.filter { $0.count < 15 } == ["sid", "upgrades", "pingInterval", "pingTimeout", "maxPayload"])
            #expect(open.contains(#""upgrades":[],"pingInterval":25000,"pingTimeout":20000,"maxPayload":1000000}"#))
            try await client.send(text: "40")
            guard case .text(let answer) = await client.next() else {
                Issue.record("no CONNECT answer")
                return
            }
            #expect(answer.hasPrefix(#"40{"sid":""#))
            #expect(answer.count == 40 - 8)
            #expect(answer.hasSuffix(#""}"#))
        }
    }

    @Test(arguments: ["3", "5", "6", "0"])
    func `an unsolicited packet is ignored`(_ text: String) async throws {
        try await Self.session { client in
            try await client.send(text: text)
            try await client.send(text: #"421["echo","still here"]"#)
            #expect(await client.next() == .text(#"431["still here"]"#))
        }
    }

    @Test(arguments: [
        "2", "", "7", "abc", "1", "40", #"42/custom,["x"]"#, "40/custom,[1]", "40/custom,\"x\"", "42{}", "42[]",
        "42abc[\"x\"]", #"42["connect"]"#, #"42["connect_error"]"#, #"42["disconnect"]"#, #"42["disconnecting"]"#,
        #"42["newListener"]"#, #"42["removeListener"]"#, "4", "4x", #"4511-["x"]"#,
        #"451-["x",{"_placeholder":true,"num":5}]"#, #"42["x""#, "41{}",
    ])
    func `a violation closes without a code`(_ text: String) async throws {
        try await Self.session { client in
            try await client.send(text: text)
            #expect(await client.next() == .close(nil))
        }
    }

    @Test func `an event before CONNECT closes`() async throws {
        try await Self.session(join: false) { client in
            _ = await client.next()
            try await client.send(text: #"42["echo",1]"#)
            #expect(await client.next() == .close(nil))
        }
    }

    @Test func `an event after leaving closes`() async throws {
        try await Self.session { client in
            try await client.send(text: "41")
            try await client.send(text: #"42["echo",1]"#)
            #expect(await client.next() == .close(nil))
        }
    }

    @Test func `text while attachments are pending closes`() async throws {
        try await Self.session { client in
            try await client.send(text: #"451-["x",{"_placeholder":true,"num":0}]"#)
            try await client.send(text: #"42["x"]"#)
            #expect(await client.next() == .close(nil))
        }
    }

    @Test func `binary that nobody announced closes`() async throws {
        try await Self.session { client in
            try await client.send(binary: [1, 2, 3])
            #expect(await client.next() == .close(nil))
        }
    }

    @Test(arguments: [#"42[1234]"#, #"42["unknown"]"#, "43999[]"])
    func `numeric names, unknown events and unknown ack ids are accepted`(_ text: String) async throws {
        try await Self.session { client in
            try await client.send(text: text)
            try await client.send(text: #"420["echo",1]"#)
            #expect(await client.next() == .text("430[1]"))
        }
    }

    @Test(arguments: ["40/custom", "40/custom,"])
    func `a namespace is joined with and without the comma`(_ text: String) async throws {
        try await Self.session { client in
            try await client.send(text: text)
            guard case .text(let answer) = await client.next() else {
                Issue.record("no answer")
                return
            }
            #expect(answer.hasPrefix(#"40/custom,{"sid":""#))
        }
    }

    @Test func `a namespace that was left is joined again`() async throws {
        try await Self.session { client in
            try await client.send(text: "41")
            try await client.send(text: "40")
            guard case .text(let answer) = await client.next() else {
                Issue.record("no answer")
                return
            }
            #expect(answer.hasPrefix(#"40{"sid":""#))
        }
    }

    @Test func `an unknown namespace is refused and the connection stays`() async throws {
        try await Self.session { client in
            try await client.send(text: "40/x,")
            #expect(await client.next() == .text(#"44/x,{"message":"Invalid namespace"}"#))
            try await client.send(text: #"420["echo",1]"#)
            #expect(await client.next() == .text("430[1]"))
        }
    }

    @Test func `fragmented frames are put together, with a ping between`() async throws {
        try await Self.session { client in
            let message = Array(#"420["echo","hällo"]"#.utf8)
            try await client.send(raw: WebSocketClient.frame(opcode: .text, isLast: false, Array(message[..<14])))
            try await client.send(raw: WebSocketClient.frame(opcode: .ping, [7]))
            try await client.send(raw: WebSocketClient.frame(opcode: .continuation, isLast: false, [message[14]]))
            try await client.send(raw: WebSocketClient.frame(opcode: .continuation, Array(message[15...])))
            #expect(await client.next() == .pong([7]))
            #expect(await client.next() == .text(#"430["hällo"]"#))
        }
    }

    @Test func `base64 in a text frame is taken as binary`() async throws {
        try await Self.session { client in
            try await client.send(text: #"451-0["echo",{"_placeholder":true,"num":0}]"#)
            try await client.send(text: "bAQID")
            #expect(await client.next() == .text(#"461-0[{"_placeholder":true,"num":0}]"#))
            #expect(await client.next() == .binary([1, 2, 3]))
        }
    }

    @Test func `a message over maxPayload closes with 1009`() async throws {
        try await Self.session({ $0.maxPayload = 100 }) { client in
            try await client.send(text: "42[\"echo\",\"" + String(repeating: "x", count: 100) + "\"]")
            #expect(await client.next() == .close(1009))
        }
    }

    @Test func `fragments over maxPayload close with 1009`() async throws {
        try await Self.session({ $0.maxPayload = 100 }) { client in
            let part = Array(repeating: UInt8(ascii: "x"), count: 60)
            try await client.send(raw: WebSocketClient.frame(opcode: .text, isLast: false, part))
            try await client.send(raw: WebSocketClient.frame(opcode: .continuation, isLast: false, part))
            #expect(await client.next() == .close(1009))
        }
    }

    @Test func `a giant declared length closes with 1009 before its bytes come`() async throws {
        try await Self.session { client in
            try await client.send(raw: [0x81, 0xff, 0, 0, 0x7f, 0xff, 0xff, 0xff, 0xff, 0xff, 0, 0, 0, 0])
            #expect(await client.next() == .close(1009))
        }
    }

    @Test func `invalid UTF-8 closes with 1007`() async throws {
        try await Self.session { client in
            try await client.send(raw: WebSocketClient.frame(opcode: .text, [0x34, 0x32, 0xff]))
            #expect(await client.next() == .close(1007))
        }
    }

    @Test(arguments: [
        [0x81, 0x01, 0x33], [0xc1, 0x80, 0, 0, 0, 0], [0x80, 0x80, 0, 0, 0, 0], [0x83, 0x80, 0, 0, 0, 0],
    ])
    func `frames against RFC 6455 close with 1002`(_ bytes: [UInt8]) async throws {
        try await Self.session { client in
            try await client.send(raw: bytes)
            #expect(await client.next() == .close(1002))
        }
    }

    @Test(arguments: [
        // A code that may not be sent, a close of more than 125 bytes, and one in fragments.
        [0x88, 0x82, 0, 0, 0, 0, 0x03, 0xed], [0x88, 0xfe, 0, 126, 0, 0, 0, 0], [0x08, 0x80, 0, 0, 0, 0],
    ])
    func `after a close against RFC 6455 the server waits for no other one`(_ bytes: [UInt8]) async throws {
        try await Self.session({ $0.limits.closeTimeout = .seconds(90) }) { client in
            try await client.send(raw: bytes)
            #expect(await client.next() == .close(1002))
            #expect(await client.next() == nil)
        }
    }

    @Test func `a close frame is answered with its code`() async throws {
        try await Self.session { client in
            try await client.send(close: 1000)
            #expect(await client.next() == .close(1000))
            #expect(await client.next() == nil)
        }
    }

    @Test func `a client that does not answer a close is cut`() async throws {
        try await Self.session({ $0.limits.closeTimeout = .milliseconds(20) }) { client in
            try await client.send(text: "2")
            #expect(await client.next() == .close(nil))
            #expect(await client.next() == nil)
        }
    }

    @Test func `the server pings, again after each pong`() async throws {
        let change: (inout SocketIOServerConfiguration) -> Void = {
            $0.pingInterval = .milliseconds(20)
            // Nobody is late here, however slow the machine.
            $0.pingTimeout = .seconds(600)
        }
        try await Self.session(change, join: false) { client in
            _ = await client.next()
            for _ in 0..<3 {
                #expect(await client.next() == .text("2"))
                try await client.send(text: "3")
            }
        }
    }

    @Test func `a silent client is pinged once and closed`() async throws {
        let change: (inout SocketIOServerConfiguration) -> Void = {
            $0.pingInterval = .milliseconds(20)
            $0.pingTimeout = .milliseconds(20)
        }
        try await Self.session(change, join: false) { client in
            _ = await client.next()
            #expect(await client.next() == .text("2"))
            #expect(await client.next() == .close(nil))
        }
    }

    @Test func `a client that joins no namespace is closed`() async throws {
        try await Self.session({ $0.connectTimeout = .milliseconds(30) }, join: false) { client in
            _ = await client.next()
            #expect(await client.next() == .close(nil))
        }
    }

    @Test(
        arguments: [
            WebSocketClient.frame(opcode: .text, Array("3".utf8)), WebSocketClient.frame(opcode: .ping, []),
            WebSocketClient.frame(opcode: .pong, []),
        ])
    func `too many frames that carry nothing close with 1008`(_ frame: [UInt8]) async throws {
        try await Self.session({ $0.limits.inboundPacketsPerSecond = 1 }) { client in
            try await client.send(raw: Array((0..<50).map { _ in frame }.joined()))
            while let answer = await client.next() {
                guard answer != .pong([]) else { continue }
                #expect(answer == .close(1008))
                break
            }
        }
    }

    @Test func `random frames never stop the server`() async throws {
        var generator = SeededGenerator(seed: 21)
        try await RunningServer.with(setUp: Self.echo) { running in
            for _ in 0..<60 {
                let client = try await WebSocketClient.connect(port: running.port, path: RunningServer.target)
                var bytes: [UInt8] = WebSocketClient.frame(opcode: .text, Array("40".utf8))
                for _ in 0..<20 { bytes += Self.randomFrame(&generator) }
                // A server that has closed already makes this fail, as it may.
                try? await client.send(raw: bytes)
                try? await client.disconnect()
            }
            let client = try await SocketIOTestClient.connect(port: running.port)
            #expect(try await client.emitWithAck("echo", "1") == [JSONValue.number(1)])
        }
    }

    private static func randomFrame(_ generator: inout SeededGenerator) -> [UInt8] {
        let texts = ["42[\"echo\",1]", "3", "41", "40/x", "0", "451-[\"echo\"]", "42[", "bAA", "5"]
        switch Int.random(in: 0...9, using: &generator) {
        case 0: return (0..<8).map { _ in UInt8.random(in: 0...255, using: &generator) }
        case 1: return WebSocketClient.frame(opcode: .binary, [1, 2])
        case 2: return WebSocketClient.frame(opcode: .ping, [3])
        case 3: return WebSocketClient.frame(opcode: .continuation, [4])
        default:
            let text = texts[Int.random(in: texts.indices, using: &generator)]
            return WebSocketClient.frame(opcode: .text, Array(text.utf8))
        }
    }

    /// A raw WebSocket on a server with the namespaces `/` and `/custom`, joined to `/` unless told otherwise.
    private static func session(
        _ change: (inout SocketIOServerConfiguration) -> Void = { _ in }, join: Bool = true,
        _ body: (WebSocketClient) async throws -> Void
    ) async throws {
        try await RunningServer.with(.make(change), setUp: echo) { running in
            let client = try await WebSocketClient.connect(port: running.port, path: RunningServer.target)
            if join {
                _ = await client.next()
                try await client.send(text: "40")
                _ = await client.next()
            }
            try await body(client)
        }
    }

    private static func echo(_ server: SocketIOServer) {
        _ = server.of("/custom")
        server.of("/").onConnection { socket in
            socket.onEvent("echo") { $0.ack?($0.content) }
        }
    }
}
