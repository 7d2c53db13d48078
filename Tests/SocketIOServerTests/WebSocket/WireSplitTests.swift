import EngineIO
import NIOCore
import NIOEmbedded
import NIOWebSocket
import TestSupport
import Testing

@testable import SocketIOServer

/// Frames that arrive in two pieces, cut at each byte, and byte by byte.
struct WireSplitTests {
    private static let wires: [[[UInt8]]] = [
        [WebSocketClient.frame(opcode: .text, Array("40".utf8))],
        [WebSocketClient.frame(opcode: .text, []), WebSocketClient.frame(opcode: .binary, [])],
        [
            WebSocketClient.frame(opcode: .text, Array(#"42["message","hällo €"]"#.utf8)),
            WebSocketClient.frame(opcode: .ping, [1, 2]), WebSocketClient.frame(opcode: .binary, [0, 255]),
        ],
        [
            WebSocketClient.frame(opcode: .text, isLast: false, Array("4h\u{e4}".utf8.dropLast())),
            WebSocketClient.frame(opcode: .ping, []),
            WebSocketClient.frame(opcode: .continuation, isLast: false, [0xa4]),
            WebSocketClient.frame(opcode: .continuation, Array("llo".utf8)),
        ],
        // Lengths of two and of eight bytes.
        [WebSocketClient.frame(opcode: .text, [UInt8](repeating: 0x78, count: 126))],
        [WebSocketClient.frame(opcode: .binary, [UInt8](repeating: 7, count: 66_000))],
        [
            WebSocketClient.frame(opcode: .text, Array("4bye".utf8)),
            WebSocketClient.frame(opcode: .connectionClose, [3, 232]),
        ],
        [WebSocketClient.frame(opcode: .text, [0xff, 0xfe])],
        // Compressed, in one frame and in three.
        [
            CompressedFrames.message(.text, RawDeflate.message(RawDeflate.json(bytes: 500))),
            CompressedFrames.message(.binary, RawDeflate.message(RawDeflate.json(bytes: 500)), frameBytes: 90),
            CompressedFrames.frame(.text, [0xff], bits: CompressedFrames.rsv1),
        ],
    ]

    @Test(arguments: wires.indices)
    func `frames mean the same however they are cut`(_ index: Int) throws {
        let wire = Self.wires[index].flatMap { $0 }
        let whole = try Self.receive([wire])
        #expect(!whole.isEmpty)
        for pieces in Self.splits(of: wire) { #expect(try Self.receive(pieces) == whole, "\(pieces.map(\.count))") }
    }

    /// Of a long wire only the cuts near its ends: between them all are alike.
    private static func splits(of wire: [UInt8]) -> [[[UInt8]]] {
        guard wire.count > 1_000 else { return everySplit(of: wire) }
        return (Array(1..<40) + Array(wire.count - 20..<wire.count)).map { [Array(wire[..<$0]), Array(wire[$0...])] }
    }

    /// What the session is told, and what goes back.
    private static func receive(_ pieces: [[UInt8]]) throws -> [String] {
        let channel = EmbeddedChannel()
        let offers = try WebSocketExtension.offers([DeflateAgreement.name])
        let deflate = MessageDeflate(
            compressor: MessageCompressor(MessageCompression()), agreement: try #require(DeflateAgreement(offers)))
        let handler = WebSocketHandler(ServerLimits(), LoopClock(channel.eventLoop), deflate: deflate)
        let recorder = Recorder()
        handler.receiver = recorder
        try channel.pipeline.syncOperations.addHandler(handler)
        try channel.connect(to: SocketAddress(unixDomainSocketPath: "/")).wait()
        for piece in pieces where channel.isActive { try channel.writeInbound(ByteBuffer(bytes: piece)) }
        while let answer = try channel.readOutbound(as: ByteBuffer.self) {
            recorder.heard.append("answered \(Array(answer.readableBytesView))")
        }
        _ = try? channel.finish(acceptAlreadyClosed: true)
        return recorder.heard
    }

    private final class Recorder: WebSocketReceiver {
        let messageLimit = 100_000
        var heard: [String] = []

        func received(text: [UInt8]) { heard.append("text \(text.count) \(text.prefix(40))") }
        func received(binary: [UInt8]) { heard.append("binary \(binary.count) \(binary.prefix(40))") }
        func receivedPart() { heard.append("part") }
        func receivedExcess(bytes: Int) { heard.append("excess \(bytes)") }
        let keepsUnread = false
        func receivedControlFrame() -> Bool {
            heard.append("control")
            return true
        }
        func writabilityChanged() {}
        func close(_ reason: CloseReason) { heard.append("close \(reason)") }
    }
}
