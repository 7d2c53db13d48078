import JSONBytes
import NIOCore
import SocketIOServer
import TestSupport
import Testing

/// Attachments both ways over both transports, checks, and listeners to every event.
@Suite(.timeLimit(.minutes(1)))
struct WholeEventTests {
    private static let two = #"{"_placeholder":true,"num":0},"x",{"_placeholder":true,"num":1}"#

    @Test func `a binary event is answered with its attachments over WebSocket`() async throws {
        try await RunningServer.with(setUp: Self.setUp) { running in
            let socket = try await WebSocketClient.connect(port: running.port, path: RunningServer.target)
            _ = await socket.next()
            try await socket.send(text: "40")
            _ = await socket.next()
            try await socket.send(text: #"452-["message",\#(Self.two)]"#)
            try await socket.send(binary: [1, 2, 3])
            try await socket.send(binary: [])
            #expect(await socket.next() == .text(#"452-["message-back",\#(Self.two)]"#))
            #expect(await socket.next() == .binary([1, 2, 3]))
            #expect(await socket.next() == .binary([]))
        }
    }

    @Test func `a binary event is acknowledged with its attachments over polling`() async throws {
        try await RunningServer.with(setUp: Self.setUp) { running in
            let client = try await PollingClient.connect(port: running.port)
            _ = try await client.post("452-7[\"ack\",\(Self.two)]\u{1e}bAQID\u{1e}bBA==")
            #expect(try await client.poll().packets == ["462-7[\(Self.two)]", "bAQID", "bBA=="])
        }
    }

    @Test func `more attachments than one answer may hold come in the next ones, across the switch too`() async throws {
        let setUp: (SocketIOServer) -> Void = { server in
            server.of("/").onConnection { socket in
                let bytes = (0..<40).map { [UInt8($0)] }
                socket.onEvent("many") { _ in
                    try socket.emit(EncodedEvent(event: "many", arguments: [], attachments: bytes))
                    try socket.emit("behind")
                }
            }
        }
        try await RunningServer.with(setUp: setUp) { running in
            let client = try await PollingClient.connect(port: running.port)
            _ = try await client.post(#"42["many"]"#)
            #expect(try await client.poll().packets.count == 16)
            let socket = try await client.webSocket()
            try await socket.send(text: "2probe")
            #expect(await socket.next() == .text("3probe"))
            #expect(try await client.poll().packets.count == 16)
            try await socket.send(text: "5")
            for number in 31..<40 { #expect(await socket.next() == .binary([UInt8(number)])) }
            #expect(await socket.next() == .text(#"42["behind"]"#))
        }
    }

    @Test func `a catch-all listener sees each event before its own`() async throws {
        let (seen, sink) = AsyncStream.makeStream(of: String.self)
        let setUp: (SocketIOServer) -> Void = { server in
            server.of("/").onConnection { socket in
                socket.onEvent("known") { _ in sink.yield("on known") }
                socket.onAny { sink.yield("any \($0.name) \($0.arguments.count)") }
                socket.onUnknown { sink.yield("unknown \($0.name)") }
            }
        }
        try await RunningServer.with(setUp: setUp) { running in
            let client = try await SocketIOTestClient.connect(port: running.port)
            try await client.emit("known", "1", "2")
            try await client.emit("other")
            var lines: [String] = []
            for await line in seen {
                lines.append(line)
                if lines.count == 4 { break }
            }
            #expect(lines == ["any known 2", "on known", "any other 0", "unknown other"])
        }
    }

    @Test func `an event that a check refuses reaches no handler, and the next one does`() async throws {
        let (seen, sink) = AsyncStream.makeStream(of: String.self)
        let setUp: (SocketIOServer) -> Void = { server in
            server.of("/").onConnection { socket in
                socket.use { event in if event.name == "bad" { throw Refusal(name: event.name) } }
                socket.use { event in sink.yield("second \(event.name)") }
                socket.onError { event, error in
                    sink.yield("refused \(error)")
                    event.ack?(json: [Array("\"no\"".utf8)])
                }
                socket.onAny { sink.yield("any \($0.name)") }
            }
        }
        try await RunningServer.with(setUp: setUp) { running in
            let client = try await SocketIOTestClient.connect(port: running.port)
            #expect(try await client.emitWithAck("bad") == [.string("no")])
            try await client.emit("good")
            var lines: [String] = []
            for await line in seen {
                lines.append(line)
                if lines.count == 3 { break }
            }
            #expect(lines == [#"refused Refusal(name: "bad")"#, "second good", "any good"])
        }
    }

    private struct Refusal: Error { let name: String }

    private static func setUp(_ server: SocketIOServer) {
        server.of("/").onConnection { socket in
            socket.onEvent("message") { event in
                try socket.emit(
                    EncodedEvent(event: "message-back", arguments: event.arguments, attachments: event.attachments))
            }
            socket.onEvent("ack") { event in event.ack?(event.content) }
        }
    }
}
