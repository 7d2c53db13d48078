import NIOCore
import SeededRandom
import Testing

@testable import SocketIOServer

/// What the server compresses, alone.
struct MessageCompressorTests {
    private static func deflate(_ payload: [UInt8], _ windowBits: Int = 15, level: Int = 1) -> [UInt8]? {
        var configuration = MessageCompression(.all)
        configuration.level = level
        let small = MessageCompressor(configuration).deflate(ByteBuffer(bytes: payload), windowBits: windowBits)
        return small.map { Array($0.readableBytesView) }
    }

    @Test(arguments: [16, 64, 256, 1_024, 4_096, 32_768, 65_536, 131_072, 1 << 20], [9, 10, 11, 12, 13, 14, 15])
    func `a payload is read again with the window that was agreed on`(_ bytes: Int, _ windowBits: Int) throws {
        let text = [UInt8](repeating: 0x7b, count: 16) + RawDeflate.json(bytes: bytes)
        let small = try #require(Self.deflate(text, windowBits))
        #expect(small.count < text.count)
        #expect(try RawDeflate.read(small, windowBits: windowBits) == text)
    }

    @Test(arguments: [-5, 0, 1, 6, 9, 100])
    func `a level that there is not is the nearest`(_ level: Int) throws {
        let text = RawDeflate.json(bytes: 10_000)
        let small = try #require(Self.deflate(text, level: level))
        #expect(small.count < 5_000)
        #expect(try RawDeflate.read(small) == text)
    }

    @Test func `what would not shrink is not compressed`() {
        var generator = SeededGenerator(seed: 11)
        for count in [1, 2, 5, 100, 1_000, 40_000] {
            let noise = (0..<count).map { _ in UInt8.random(in: 0...255, using: &generator) }
            #expect(Self.deflate(noise) == nil)
        }
    }

    @Test func `bytes are counted before and after, also of what would not shrink`() throws {
        let compressor = MessageCompressor(MessageCompression(.all))
        let text = RawDeflate.json(bytes: 5_000)
        let small = try #require(compressor.deflate(ByteBuffer(bytes: text), windowBits: 15))
        #expect(compressor.bytes.toDeflate == text.count)
        #expect(compressor.bytes.deflated == small.readableBytes)
        #expect(compressor.deflate(ByteBuffer(bytes: [1]), windowBits: 15) == nil)
        #expect(compressor.bytes.toDeflate == text.count + 1)
        #expect(compressor.bytes.deflated == small.readableBytes + 1)
        let whole = try compressor.inflate(Array(small.readableBytesView), frames: 1, limit: 10_000)
        #expect(compressor.bytes.toInflate == small.readableBytes)
        #expect(compressor.bytes.inflated == whole.bytes.count)
    }

    @Test func `messages do not refer to each other`() throws {
        let compressor = MessageCompressor(MessageCompression(.all))
        let text = RawDeflate.json(bytes: 5_000)
        let made = (0..<3).map { _ in compressor.deflate(ByteBuffer(bytes: text), windowBits: 15) }
        #expect(made[0] == made[1] && made[1] == made[2])
        // Nor after one that did not shrink.
        var generator = SeededGenerator(seed: 12)
        _ = compressor.deflate(
            ByteBuffer(bytes: (0..<9_000).map { _ in UInt8.random(in: 0...255, using: &generator) }), windowBits: 15)
        #expect(compressor.deflate(ByteBuffer(bytes: text), windowBits: 15) == made[0])
    }

    @Test func `a packet is compressed once for all of one window, its attachments too`() throws {
        let compressor = MessageCompressor(MessageCompression(.all))
        let text = "[" + (0..<900).map(String.init).joined(separator: ",") + "]"
        let event = try EncodedEvent(
            event: "e", arguments: [Array(text.utf8)],
            attachments: [[UInt8](repeating: 7, count: 5_000), [UInt8](repeating: 8, count: 10)])
        let frames = try (0..<5).map { index in
            let offer = "permessage-deflate; server_max_window_bits=\(index < 3 ? 15 : 10)"
            let agreement = try #require(DeflateAgreement(try WebSocketExtension.offers([offer])))
            return MessageDeflate(compressor: compressor, agreement: agreement).frames(of: event.packet)
        }
        #expect(compressor.compressed == 4)
        #expect(frames[0] == frames[1] && frames[3] == frames[4])
        var bytes = frames[0]
        var opcodes: [UInt8] = []
        while let first = bytes.readInteger(as: UInt8.self), let second = bytes.readInteger(as: UInt8.self) {
            let length = second == 126 ? bytes.readInteger(as: UInt16.self).map(Int.init) : Int(second)
            let payload = bytes.readSlice(length: try #require(length))
            #expect(payload != nil)
            opcodes.append(first)
        }
        // The small attachment is as it was.
        #expect(opcodes == [0xc1, 0xc2, 0x82])
    }
}
