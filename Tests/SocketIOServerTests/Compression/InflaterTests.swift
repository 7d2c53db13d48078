import NIOCore
import SeededRandom
import Testing

@testable import SocketIOServer

/// What clients send compressed, alone.
struct InflaterTests {
    private static let limit = 100_000

    private static func inflate(_ message: [UInt8], frames: Int = 1, limit: Int = limit) throws -> [UInt8] {
        try #require(Inflater()).inflate(message, frames: frames, limit: limit).bytes
    }

    @Test(arguments: [0, 1, 16, 64, 256, 1_024, 4_096, 8_192, 16_384, 32_768, 65_536, 100_000], [9, 12, 15])
    func `what zlib makes is read, whatever its window, level and memory`(_ bytes: Int, _ windowBits: Int) throws {
        let text = RawDeflate.json(bytes: bytes)
        #expect(text.count == bytes)
        for level in [0, 1, 6, 9] {
            for memory in [1, 8, 9] {
                let message = RawDeflate.message(text, windowBits: windowBits, level: level, memory: memory)
                #expect(try Self.inflate(message) == text, "level \(level), memory \(memory)")
            }
        }
    }

    @Test func `noise is read, of the largest size there may be`() throws {
        var generator = SeededGenerator(seed: 5)
        let noise = (0..<Self.limit).map { _ in UInt8.random(in: 0...255, using: &generator) }
        for memory in 1...9 {
            let message = RawDeflate.message(noise, memory: memory)
            #expect(message.count <= Inflater.mostBytes(of: Self.limit), "memory \(memory)")
            #expect(try Self.inflate(message) == noise, "memory \(memory)")
        }
    }

    @Test func `one reads any number of messages, and takes nothing from one to the next`() throws {
        let inflater = try #require(Inflater())
        let sender = RawDeflate()
        let text = RawDeflate.json(bytes: 2_000)
        let (first, second) = (sender.part(text), sender.part(text))
        #expect(try inflater.inflate(first, limit: Self.limit).bytes == text)
        // The second refers to the first, which the client was told not to do.
        #expect(throws: Inflater.Fault.corrupt) { try inflater.inflate(second, limit: Self.limit) }
        #expect(try inflater.inflate(first, limit: Self.limit).bytes == text)
    }

    @Test func `the forms that RFC 7692 shows are read`() throws {
        let hello = Array("Hello".utf8)
        // §7.2.3.1 in one block, §7.2.3.3 not compressed, §7.2.3.4 with a final block, §7.2.3.5 in two blocks.
        for message: [UInt8] in [
            [0xf2, 0x48, 0xcd, 0xc9, 0xc9, 0x07, 0x00],
            [0x00, 0x05, 0x00, 0xfa, 0xff, 0x48, 0x65, 0x6c, 0x6c, 0x6f, 0x00],
            [0xf3, 0x48, 0xcd, 0xc9, 0xc9, 0x07, 0x00, 0x00],
            [0xf2, 0x48, 0x05, 0x00, 0x00, 0x00, 0xff, 0xff, 0xca, 0xc9, 0xc9, 0x07, 0x00],
        ] { #expect(try Self.inflate(message) == hello) }
        // §7.2.3.6, and what some senders make of it; a final block without the byte behind it.
        for empty: [UInt8] in [[0x00], [], [0x02, 0x00], [0x01, 0x00, 0x00, 0xff, 0xff], [0x03, 0x00]] {
            #expect(try Self.inflate(empty) == [], "\(empty)")
        }
        #expect(try Self.inflate([0xf3, 0x48, 0xcd, 0xc9, 0xc9, 0x07, 0x00]) == hello)
    }

    @Test func `parts behind final blocks are one message`() throws {
        let (first, second) = (RawDeflate.json(bytes: 3_000), RawDeflate.json(bytes: 500))
        let message = RawDeflate().final(first).dropLast() + RawDeflate().final(second)
        #expect(try Self.inflate(Array(message)) == first + second)
    }

    @Test(
        arguments: [
            [0x06], [0x07], [0xff, 0xff, 0xff, 0xff],
            // A stored block whose length is not confirmed, or that is cut.
            [0x00, 0x05, 0x00, 0x00, 0x00], [0x00, 0x05, 0x00, 0xfa, 0xff, 0x48, 0x65],
            // A block that does not end; a distance before the beginning.
            [0xf2, 0x48, 0xcd], [0x02, 0x13, 0x00],
            // Behind a final block, something else than a block.
            [0xf3, 0x48, 0xcd, 0xc9, 0xc9, 0x07, 0x00, 0xff], [0x03, 0x00, 0x06, 0x01],
        ] as [[UInt8]])
    func `what is no DEFLATE is corrupt`(_ message: [UInt8]) {
        #expect(throws: Inflater.Fault.corrupt) { try Self.inflate(message) }
    }

    @Test func `a message that is cut anywhere is corrupt or, at a block's end, short`() throws {
        let text = RawDeflate.json(bytes: 4_000)
        let message = RawDeflate.message(text)
        for length in 1..<message.count {
            let read = try? Self.inflate(Array(message[..<length]))
            #expect(read == nil || read.map { $0.count < text.count } == true, "\(length)")
        }
    }

    @Test func `a message is given up as soon as it is too long, whatever it would become`() throws {
        let text = [UInt8](repeating: 0x61, count: Self.limit + 1)
        let message = RawDeflate.message(text, level: 9)
        #expect(message.count < 200)
        #expect(throws: Inflater.Fault.tooLong) { try Self.inflate(message) }
        #expect(try Self.inflate(message, limit: Self.limit + 1) == text)
        #expect(throws: Inflater.Fault.tooLong) {
            try Self.inflate(RawDeflate.message([UInt8](repeating: 0, count: 2 << 20), level: 9), limit: 16 << 10)
        }
    }

    /// An empty block by fixed codes takes ten bits, one that brings its own codes some bytes more.
    @Test func `more blocks than a message of its size needs are too many`() throws {
        let blocks = (0..<20_000).flatMap { _ in [0x00, 0x00, 0x00, 0xff, 0xff] as [UInt8] }
        #expect(throws: Inflater.Fault.tooManyBlocks) { try Self.inflate(blocks + [0]) }
        let finals = (0..<20_000).flatMap { _ in [0x03, 0x00] as [UInt8] }
        #expect(throws: Inflater.Fault.tooManyBlocks) { try Self.inflate(finals) }
        // A client may flush with each frame.
        let sender = RawDeflate()
        let text = (0..<1_000).map { UInt8(truncatingIfNeeded: $0) }
        let parts = text.map { sender.part([$0], isLast: false) }
        #expect(try Self.inflate(Array(parts.joined().dropLast(4)), frames: 1_000) == text)
    }

    @Test func `what a message costs is what it takes and becomes, and its blocks beyond some`() throws {
        let inflater = try #require(Inflater())
        let text = RawDeflate.json(bytes: 10_000)
        #expect(try inflater.inflate(RawDeflate.message(text), limit: Self.limit).cost == 10_000)
        let stored = RawDeflate.message(text, level: 0)
        #expect(try inflater.inflate(stored, limit: Self.limit).cost == stored.count)
        var generator = SeededGenerator(seed: 9)
        let noise = (0..<10_000).map { _ in UInt8.random(in: 0...255, using: &generator) & 0x3f }
        #expect(try inflater.inflate(RawDeflate.message(noise, memory: 1), limit: Self.limit).cost > 20_000)
    }

    @Test func `whatever the bytes, they are read or refused`() throws {
        let inflater = try #require(Inflater())
        var generator = SeededGenerator(seed: 3)
        let honest = RawDeflate.message(RawDeflate.json(bytes: 3_000))
        for _ in 0..<3_000 {
            var message = honest
            for _ in 0..<Int.random(in: 1...4, using: &generator) {
                message[Int.random(in: message.indices, using: &generator)] = .random(in: 0...255, using: &generator)
            }
            if Bool.random(using: &generator) { message.removeLast(.random(in: 0..<message.count, using: &generator)) }
            let read = try? inflater.inflate(message, limit: 5_000)
            #expect((read?.bytes.count ?? 0) <= 5_000)
        }
        #expect(try inflater.inflate(honest, limit: 5_000).bytes == RawDeflate.json(bytes: 3_000))
    }
}
