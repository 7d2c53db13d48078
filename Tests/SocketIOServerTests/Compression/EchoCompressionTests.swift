import NIOWebSocket
import SocketIOServer
import TestSupport
import Testing

/// Messages that come back over a WebSocket with compression, after the groups 12 and 13 of the Autobahn test suite.
@Suite(.timeLimit(.minutes(2)))
struct EchoCompressionTests {
    struct Case: Sendable, CustomTestStringConvertible {
        var offer = "permessage-deflate; client_max_window_bits"
        /// Of the client's own window, and of ours.
        var bits = (client: 15, server: 15)
        var frameBytes = Int.max
        var opcode = WebSocketOpcode.text

        var testDescription: String { "\(offer), \(bits), \(frameBytes), \(opcode)" }
    }

    private static let cases: [Case] =
        [WebSocketOpcode.text, .binary].flatMap { opcode in
            [.max, 4_096, 256].map { Case(frameBytes: $0, opcode: opcode) }
        }
        + (9...15).map {
            Case(offer: "permessage-deflate; server_max_window_bits=\($0)", bits: (client: 15, server: $0))
        }
        + (9...15).map {
            Case(offer: "permessage-deflate; client_max_window_bits=\($0)", bits: (client: $0, server: 15))
        }
        + ["server_no_context_takeover", "client_no_context_takeover"].map { Case(offer: "permessage-deflate; \($0)") }

    static func configuration() -> SocketIOServerConfiguration {
        .make {
            $0.messageCompression = MessageCompression(.all)
            $0.messageCompression.threshold = 0
            $0.answerWebSocket = { $0 }
        }
    }

    @Test(arguments: cases)
    func `messages of all sizes come back as they were`(_ row: Case) async throws {
        try await RunningServer.with(Self.configuration()) { running in
            let client = try await WebSocketClient.connect(
                port: running.port, path: RunningServer.target, headers: [("Sec-WebSocket-Extensions", row.offer)])
            #expect(client.agreed != nil)
            for size in [16, 64, 256, 1_024, 4_096, 8_192, 16_384, 32_768, 65_536, 131_072] {
                let text = RawDeflate.json(bytes: size)
                let message = RawDeflate.message(text, windowBits: row.bits.client)
                for _ in 0..<3 {
                    try await client.send(
                        raw: CompressedFrames.message(row.opcode, message, frameBytes: row.frameBytes))
                    let frame = await client.next()
                    switch frame {
                    case .compressed(let bytes, let isText):
                        #expect(isText == (row.opcode == .text))
                        #expect(try RawDeflate.read(bytes, windowBits: row.bits.server) == text, "\(size)")
                    case .text(let back): #expect(size < 100 && Array(back.utf8) == text)
                    case .binary(let back): #expect(size < 100 && back == text)
                    case .ping, .pong, .close, nil:
                        Issue.record("no message of \(size) bytes: \(String(describing: frame))")
                    }
                }
            }
        }
    }

    @Test func `messages that are not compressed come back too, between those that are`() async throws {
        try await RunningServer.with(Self.configuration()) { running in
            let client = try await Self.connect(running)
            for size in [0, 1, 200, 20_000] {
                let text = RawDeflate.json(bytes: size)
                for isCompressed in [false, true, false] {
                    let payload = isCompressed ? RawDeflate.message(text) : text
                    try await client.send(
                        raw: CompressedFrames.message(.text, payload, frameBytes: 1_000, isCompressed: isCompressed))
                    #expect(try await client.nextMessage() == text)
                }
            }
        }
    }

    @Test func `a ping between the frames of a compressed message is answered at once`() async throws {
        try await RunningServer.with(Self.configuration()) { running in
            let client = try await Self.connect(running)
            let text = RawDeflate.json(bytes: 3_000)
            let frames = CompressedFrames.message(.text, RawDeflate.message(text), frameBytes: 400)
            let first = CompressedFrames.frame(
                .text, Array(RawDeflate.message(text).prefix(400)), isLast: false, bits: 0x40)
            try await client.send(raw: Array(frames[..<first.count]) + WebSocketClient.frame(opcode: .ping, [1]))
            #expect(await client.next() == .pong([1]))
            try await client.send(raw: Array(frames[first.count...]))
            #expect(try await client.nextMessage() == text)
        }
    }

    static func connect(_ running: RunningServer) async throws -> WebSocketClient {
        try await WebSocketClient.connect(
            port: running.port, path: RunningServer.target,
            headers: [("Sec-WebSocket-Extensions", "permessage-deflate; client_max_window_bits")])
    }

    // MARK: What is against the rules

    struct Attack: Sendable, CustomTestStringConvertible {
        let testDescription: String
        let bytes: [UInt8]
        let code: UInt16

        init(_ name: String, _ code: UInt16, _ bytes: [UInt8]...) {
            (testDescription, self.code, self.bytes) = (name, code, Array(bytes.joined()))
        }
    }

    private static let hello = RawDeflate.message(Array("Hello".utf8))

    private static let attacks: [Attack] = [
        Attack(
            "RSV1 on a continuation", 1002, CompressedFrames.frame(.text, hello, isLast: false, bits: 0x40),
            CompressedFrames.frame(.continuation, [], bits: 0x40)),
        Attack(
            "RSV1 on a continuation alone", 1002, CompressedFrames.frame(.text, [0x61], isLast: false),
            CompressedFrames.frame(.continuation, hello, bits: 0x40)),
        Attack("RSV1 on a ping", 1002, CompressedFrames.frame(.ping, hello, bits: 0x40)),
        Attack("RSV1 on a pong", 1002, CompressedFrames.frame(.pong, hello, bits: 0x40)),
        Attack("RSV1 on a close", 1002, CompressedFrames.frame(.connectionClose, [3, 232], bits: 0x40)),
        Attack("RSV2", 1002, CompressedFrames.frame(.text, hello, bits: 0x60)),
        Attack("RSV3", 1002, CompressedFrames.frame(.text, hello, bits: 0x50)),
        Attack("no mask", 1002, [0xc1, UInt8(hello.count)], hello),
        Attack("no DEFLATE", 1007, CompressedFrames.frame(.text, [0xff, 0xff], bits: 0x40)),
        Attack("a cut message", 1007, CompressedFrames.frame(.text, Array(hello.dropLast(3)), bits: 0x40)),
        Attack("a message that refers to the one before", 1007, CompressedFrames.frame(.text, second, bits: 0x40)),
        Attack(
            "text that is no UTF-8 once it is read", 1007,
            CompressedFrames.frame(.text, RawDeflate.message([0xc3, 0x28]), bits: 0x40)),
        Attack(
            "a bomb", 1009,
            CompressedFrames.frame(
                .binary, RawDeflate.message([UInt8](repeating: 0, count: 8 << 20), level: 9), bits: 0x40)),
        Attack(
            "a bomb in many frames", 1009,
            CompressedFrames.message(
                .binary, RawDeflate.message([UInt8](repeating: 0, count: 2 << 20), level: 9), frameBytes: 7)),
        Attack(
            "a frame that says it is longer than any message", 1009,
            [0xc2, 0xff, 0x7f] + [UInt8](repeating: 0xff, count: 7) + [1, 2, 3, 4]),
        Attack(
            "blocks of nothing", 1008,
            CompressedFrames.frame(.binary, (0..<50_000).flatMap { _ in [0, 0, 0, 0xff, 0xff] as [UInt8] }, bits: 0x40)),
    ]

    /// Of two messages whose sender keeps its window.
    private static let second: [UInt8] = {
        let sender = RawDeflate()
        _ = sender.part(RawDeflate.json(bytes: 500))
        return sender.part(RawDeflate.json(bytes: 500))
    }()

    @Test(arguments: attacks)
    func `what breaks the rules closes with its code`(_ attack: Attack) async throws {
        try await RunningServer.with(Self.configuration()) { running in
            let client = try await Self.connect(running)
            try await client.send(raw: attack.bytes)
            #expect(await client.next() == .close(attack.code))
        }
    }

    @Test func `without an agreement a compressed frame closes with 1002`() async throws {
        try await RunningServer.with(Self.configuration()) { running in
            for header in [[], [("Sec-WebSocket-Extensions", "permessage-deflate; server_max_window_bits=8")]] {
                let client = try await WebSocketClient.connect(
                    port: running.port, path: RunningServer.target, headers: header)
                #expect(client.agreed == nil)
                try await client.send(raw: CompressedFrames.frame(.text, Self.hello, bits: 0x40))
                #expect(await client.next() == .close(1002))
            }
        }
    }
}
