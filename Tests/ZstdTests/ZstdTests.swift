import SeededRandom
import Testing

@testable import Zstd

/// Frames made and read back; and what is no frame.
@Suite struct ZstdTests {
    private static func text(_ lines: Int) -> [UInt8] {
        Array(
            (0..<lines).map { #"{"id":"web-1:top:18f3a2b4c5d:\#($0)","t":\#(1_763_690_000_000 + $0)}"# }.joined().utf8)
    }

    @Test(arguments: [0, 1, 2, 100, 5_000, 60_000]) func `what was compressed is read back`(lines: Int) throws {
        var compressor = ZstdCompressor(level: 3)
        var decompressor = ZstdDecompressor()
        let bytes = Self.text(lines)
        // The second goes through contexts that were used.
        for _ in 0..<2 {
            let frame = try compressor.compress(bytes)
            #expect(try decompressor.decompress(frame, size: bytes.count) == bytes)
            #expect(lines < 100 || frame.count < bytes.count / 5)
        }
    }

    @Test func `no more is made than was said, and another number is an error`() throws {
        var compressor = ZstdCompressor(level: 3)
        var decompressor = ZstdDecompressor()
        // A megabyte of nothing: 60 bytes.
        let frame = try compressor.compress([UInt8](repeating: 0, count: 1 << 20))
        #expect(frame.count < 100)
        for size in [0, 1, 1000, 1 << 19, 1 << 20 - 1, 1 << 20 + 1, 1 << 21, -1] {
            #expect(throws: ZstdError.corrupt) { try decompressor.decompress(frame, size: size) }
        }
        #expect(try decompressor.decompress(frame, size: 1 << 20).count == 1 << 20)
    }

    @Test func `a frame that does not fit into the room given is an error, and the next is made all the same`() throws {
        var compressor = ZstdCompressor(level: 3)
        var decompressor = ZstdDecompressor()
        let bytes = Self.text(1000)
        let frame = try compressor.compress(bytes)
        for room in [-1, 0, 1, 20, frame.count - 1] {
            #expect(throws: ZstdError.noRoom) { try compressor.compress(bytes, room: room) }
        }
        #expect(try compressor.compress(bytes, room: bytes.count) == frame)
        #expect(try decompressor.decompress(frame, size: bytes.count) == bytes)
    }

    @Test func `a level that there is not is an error`() {
        var compressor = ZstdCompressor(level: .min)
        _ = try? compressor.compress([1])
        var decompressor = ZstdDecompressor()
        #expect(throws: ZstdError.corrupt) { try decompressor.decompress([], size: 1) }
    }

    /// Nothing that is no frame crashes, or gives more than was asked for; and the context is as good as before.
    @Test(arguments: 1...8 as ClosedRange<UInt64>) func `corrupt frames are errors or other bytes`(_ seed: UInt64)
        throws
    {
        var random = SeededGenerator(seed: seed)
        var compressor = ZstdCompressor(level: 3)
        var decompressor = ZstdDecompressor()
        let bytes = Self.text(200)
        let whole = try compressor.compress(bytes)
        var errors = 0
        for _ in 0..<2_000 {
            var frame = whole
            switch Int.random(in: 0..<4, using: &random) {
            case 0: frame = Array(frame.prefix(.random(in: 0..<frame.count, using: &random)))
            case 1: frame += [UInt8](repeating: .random(in: 0...255, using: &random), count: 3)
            case 2: frame = (0..<100).map { _ in UInt8.random(in: 0...255, using: &random) }
            default:
                for _ in 0..<Int.random(in: 1...4, using: &random) {
                    frame[Int.random(in: 0..<frame.count, using: &random)] = .random(in: 0...255, using: &random)
                }
            }
            do {
                #expect(try decompressor.decompress(frame, size: bytes.count).count == bytes.count)
            } catch {
                errors += 1
            }
        }
        #expect(errors > 500)
        #expect(try decompressor.decompress(whole, size: bytes.count) == bytes)
    }
}
