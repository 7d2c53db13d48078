import NIOCore
import NIOWebSocket
import SocketIO
import TestSupport
import Testing

@testable import SocketIOServer

/// Events to clients of which some agreed on compression, and with whom that is.
@Suite(.timeLimit(.minutes(1)))
struct MessageCompressionTests {
    private static func configuration(
        _ clients: MessageCompression.Clients = .all, _ change: (inout SocketIOServerConfiguration) -> Void = { _ in }
    ) -> SocketIOServerConfiguration {
        .make {
            $0.messageCompression = MessageCompression(clients)
            change(&$0)
        }
    }

    private static func connect(
        _ running: RunningServer, offering offer: String? = "permessage-deflate; client_max_window_bits",
        headers: [(String, String)] = [], join: Bool = true
    ) async throws -> WebSocketClient {
        let client = try await WebSocketClient.connect(
            port: running.port, path: RunningServer.target,
            headers: headers + (offer.map { [("Sec-WebSocket-Extensions", $0)] } ?? []))
        _ = await client.next()
        guard join else { return client }
        try await client.send(text: "40")
        _ = await client.next()
        return client
    }

    private static func event(bytes: Int) -> [UInt8] { [UInt8](repeating: 0x31, count: bytes) }

    @Test func `a broadcast is compressed once for all who agreed, and goes as it is to the others`() async throws {
        try await RunningServer.with(Self.configuration(), setUp: { _ = $0.of("/") }) { running in
            let plain = try await Self.connect(running, offering: nil)
            var compressing: [WebSocketClient] = []
            for _ in 0..<5 { compressing.append(try await Self.connect(running)) }
            #expect(plain.agreed == nil)
            #expect(
                compressing[0].agreed
                    == "permessage-deflate; server_no_context_takeover; client_no_context_takeover")
            let text = Array("42[\"big\",".utf8) + Self.event(bytes: 50_000) + Array("]".utf8)
            for round in 1...3 {
                try running.server.of("/").all.emit("big", json: [Self.event(bytes: 50_000)])
                #expect(await plain.next() == .text(String(decoding: text, as: UTF8.self)))
                for client in compressing {
                    guard case .compressed(let bytes, true) = await client.next() else {
                        Issue.record("an event came uncompressed")
                        return
                    }
                    #expect(bytes.count < 1_000)
                    #expect(try RawDeflate.read(bytes) == text)
                }
                let made = try await running.server.eventLoop.submit {
                    running.server.currentCore?.messageCompressor.compressed
                }.get()
                #expect(made == round)
            }
            // What went over the wire is what is counted.
            #expect(await running.server.statistics().bytesSent < 3 * 60_000)
        }
    }

    @Test func `nothing is compressed where nobody agreed`() async throws {
        try await RunningServer.with(Self.configuration(), setUp: { _ = $0.of("/") }) { running in
            let plain = try await Self.connect(running, offering: nil)
            try running.server.of("/").all.emit("big", json: [Self.event(bytes: 50_000)])
            _ = await plain.next()
            let made = try await running.server.eventLoop.submit {
                running.server.currentCore?.messageCompressor.compressed
            }.get()
            #expect(made == 0)
        }
    }

    @Test(arguments: [(1_000, true, false), (1_030, true, true), (1_030, false, false)])
    func `small events and those that say so are not compressed`(
        _ bytes: Int, _ mayCompress: Bool, _ isCompressed: Bool
    ) async throws {
        try await RunningServer.with(Self.configuration(), setUp: { _ = $0.of("/") }) { running in
            let client = try await Self.connect(running)
            try running.server.of("/").all.compress(mayCompress).emit("e", json: [Self.event(bytes: bytes)])
            let frame = await client.next()
            if case .compressed = frame { #expect(isCompressed) } else { #expect(!isCompressed && frame != nil) }
        }
    }

    @Test func `compressed events of a client are heard`() async throws {
        try await RunningServer.with(
            Self.configuration(),
            setUp: { server in
                server.of("/").onConnection { socket in socket.on("echo") { (text: String) in text } }
            }
        ) { running in
            let client = try await Self.connect(running)
            let packet = #"421["echo","\#(String(repeating: "ü", count: 5_000))"]"#
            try await client.send(raw: CompressedFrames.message(.text, RawDeflate.message(Array(packet.utf8))))
            let answer = try await client.nextMessage().map { String(decoding: $0, as: UTF8.self) }
            #expect(answer == #"431["\#(String(repeating: "ü", count: 5_000))"]"#)
        }
    }

    @Test func `the switch from polling agrees too`() async throws {
        try await RunningServer.with(Self.configuration(), setUp: { _ = $0.of("/") }) { running in
            let polling = try await PollingClient.connect(port: running.port)
            let client = try await WebSocketClient.connect(
                port: running.port, path: "/socket.io/?EIO=4&transport=websocket&sid=\(polling.sid)",
                headers: [("Sec-WebSocket-Extensions", "permessage-deflate")])
            #expect(client.agreed != nil)
            try await client.send(raw: CompressedFrames.message(.text, RawDeflate.message(Array("2probe".utf8))))
            #expect(await client.next() == .text("3probe"))
            try await client.send(text: "5")
            try running.server.of("/").all.emit("big", json: [Self.event(bytes: 50_000)])
            guard case .compressed(let bytes, true) = await client.next() else {
                Issue.record("an event came uncompressed")
                return
            }
            #expect(try RawDeflate.read(bytes).count == 50_010)
        }
    }

    @Test func `who has not joined makes the server read little, however well it is compressed`() async throws {
        try await RunningServer.with(Self.configuration(), setUp: { _ = $0.of("/") }) { running in
            let stranger = try await Self.connect(running, join: false)
            let bomb = RawDeflate.message([UInt8](repeating: 0x34, count: (16 << 10) + 1), level: 9)
            #expect(bomb.count < 100)
            try await stranger.send(raw: CompressedFrames.message(.text, bomb))
            #expect(await stranger.next() == .close(1009))
            let member = try await Self.connect(running)
            let large = RawDeflate.message([UInt8](repeating: 0x34, count: 1_000_001), level: 9)
            try await member.send(raw: CompressedFrames.message(.binary, large))
            #expect(await member.next() == .close(1009))
            #expect(await running.server.statistics().violations["messageTooLarge"] == 2)
        }
    }

    @Test func `who sends what cannot be read is counted by that`() async throws {
        try await RunningServer.with(Self.configuration(), setUp: { _ = $0.of("/") }) { running in
            let client = try await Self.connect(running)
            try await client.send(raw: CompressedFrames.frame(.text, [0xff], bits: CompressedFrames.rsv1))
            #expect(await client.next() == .close(1007))
            let statistics = await running.server.statistics()
            #expect(statistics.violations["invalidCompression"] == 1)
            #expect(statistics.sessionsClosed["invalidCompression"] == 1)
        }
    }

    // MARK: With whom

    @Test func `this machine's own clients get no compression unless it is for all`() async throws {
        for clients in MessageCompression.Clients.allCases {
            try await RunningServer.with(Self.configuration(clients), setUp: { _ = $0.of("/") }) { running in
                let client = try await Self.connect(running)
                #expect((client.agreed != nil) == (clients == .all), "\(clients)")
            }
        }
        #expect(SocketIOServerConfiguration().messageCompression.clients == .remote)
    }

    @Test(arguments: [
        ("198.51.100.1", true), ("2001:db8::7", true), ("127.0.0.1", false), ("::1", false),
        ("198.51.100.1, 127.0.0.1", true), ("198.51.100.1, 127.0.0.2", false),
    ])
    func `a client behind a proxy that is trusted is where the proxy says`(
        _ address: String, _ agrees: Bool
    ) async throws {
        let proxies = try #require(TrustedProxies(["127.0.0.9"]))
        for trusted in [proxies, try #require(TrustedProxies(["127.0.0.1"]))] {
            let configuration = Self.configuration(.remote) { $0.trustedProxies = trusted }
            try await RunningServer.with(configuration, setUp: { _ = $0.of("/") }) { running in
                let client = try await Self.connect(running, headers: [("X-Forwarded-For", address)])
                // Of a proxy that is not trusted the word is worth nothing.
                #expect((client.agreed != nil) == (agrees && trusted != proxies))
            }
        }
    }

    @Test func `an offer against the grammar is answered 400, where compression is on`() async throws {
        try await RunningServer.with(Self.configuration(), setUp: { _ = $0.of("/") }) { running in
            await #expect(throws: WebSocketClient.Refused.self) {
                try await Self.connect(running, offering: "permessage-deflate; =")
            }
            let client = try await Self.connect(running, offering: "permessage-deflate; unknown")
            #expect(client.agreed == nil)
        }
        try await RunningServer.with(Self.configuration(.remote), setUp: { _ = $0.of("/") }) { running in
            _ = try await Self.connect(running, offering: "permessage-deflate; =")
        }
    }

    @Test func `what is kept for clients that come back is kept as it is`() throws {
        let text = SocketPacketWriter.event(
            "e", arguments: [Self.event(bytes: 5_000)], namespace: "/", attachmentCount: 0)
        let packet = EncodedPacket(socketPacket: text)
        _ = packet.compressed(windowBits: 15) { _ in nil }
        #expect(packet.bare == packet)
        var made = 0
        for _ in 0..<2 {
            _ = packet.bare.compressed(windowBits: 15) { _ in
                made += 1
                return nil
            }
        }
        #expect(made == 2)
    }
}
