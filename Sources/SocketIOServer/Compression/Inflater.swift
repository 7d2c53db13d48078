import CZlib

/// Inflates compressed messages (RFC 7692 §7.2.2), each complete and by itself, so that one serves all clients of a server.
///
/// The cost of a message is bounded. It is refused once it is longer than the limit. It is also refused once it has more
/// blocks than a message of its size needs: a block needs only a few bytes, but its tables take time to build.
final class Inflater {
    enum Fault: Error, Equatable {
        /// Not DEFLATE, or cut off.
        case corrupt
        case tooLong
        case tooManyBlocks
    }

    struct Inflated: Equatable {
        let bytes: [UInt8]
        /// What it cost to inflate, as a number of ordinary bytes.
        let cost: Int
    }

    private let stream: UnsafeMutablePointer<z_stream>
    /// The buffer that zlib writes to.
    private let room = UnsafeMutableBufferPointer<UInt8>.allocate(capacity: 16 << 10)

    /// Returns nil if there is not enough memory.
    init?() {
        stream = .allocate(capacity: 1)
        stream.initialize(to: z_stream())
        // The largest window also reads messages that were made with a smaller one.
        guard streamassembler_inflate_begin(stream, -15) == Z_OK else {
            stream.deallocate()
            room.deallocate()
            return nil
        }
    }

    deinit {
        inflateEnd(stream)
        stream.deallocate()
        room.deallocate()
    }

    /// How many compressed bytes a message of `limit` bytes may have. Data that does not shrink grows by the headers of
    /// its blocks.
    static func mostBytes(of limit: Int) -> Int {
        let limit = min(limit, 1 << 40)
        return limit + limit / 16 + 64
    }

    /// - Parameters:
    ///   - message: The payloads of all its frames.
    ///   - frames: The number of frames. A client may end a block with each of them.
    ///   - limit: The longest message, in bytes.
    /// - Throws: ``Fault``.
    func inflate(_ message: [UInt8], frames: Int = 1, limit: Int) throws(Fault) -> Inflated {
        // Some senders write no bytes for an empty message, although an empty block has one.
        guard !message.isEmpty else { return Inflated(bytes: [], cost: 0) }
        guard inflateReset(stream) == Z_OK else { throw .corrupt }
        var reading = Reading(limit: limit, length: message.count, freeBlocks: Self.freeBlocks + 4 * frames)
        try read(message, &reading)
        // A message may end with a final block (§7.2.3.4). The tail does not belong to it then.
        if !reading.isBehindFinal { try read(Self.tail, &reading) }
        guard reading.isAtEnd else { throw .corrupt }
        let blocks = max(0, reading.blocks - Self.freeBlocks)
        return Inflated(
            bytes: reading.output, cost: max(message.count, reading.output.count) + Self.blockCost * blocks)
    }

    /// The end of an empty block, which senders leave out at the end of a message.
    private static let tail: [UInt8] = [0x00, 0x00, 0xff, 0xff]
    private static let freeBlocks = 16
    /// At its lowest memory level zlib makes blocks of 128 symbols.
    private static let bytesPerBlock = 128
    private static let blockCost = 512

    /// The state of one message.
    private struct Reading {
        let limit: Int
        let length: Int
        let freeBlocks: Int
        var output: [UInt8] = []
        var blocks = 0
        /// The last byte ended a block.
        var isAtEnd = true
        /// The last block was a final one. A new DEFLATE text may follow it.
        var isBehindFinal = false

        var hasTooManyBlocks: Bool { blocks > freeBlocks + (length + output.count) / bytesPerBlock }
    }

    private func read(_ bytes: [UInt8], _ reading: inout Reading) throws(Fault) {
        let fault = bytes.withUnsafeBufferPointer { input -> Fault? in
            // zlib only reads this memory.
            stream.pointee.next_in = UnsafeMutablePointer(mutating: input.baseAddress)
            stream.pointee.avail_in = UInt32(clamping: input.count)
            repeat {
                if let fault = step(&reading) { return fault }
            } while stream.pointee.avail_in > 0 || stream.pointee.avail_out == 0
            return nil
        }
        if let fault { throw fault }
    }

    /// Inflates up to the end of a block, of the output buffer or of the input.
    private func step(_ reading: inout Reading) -> Fault? {
        stream.pointee.next_out = room.baseAddress
        stream.pointee.avail_out = UInt32(room.count)
        let result = CZlib.inflate(stream, Z_BLOCK)
        let made = room.count - Int(stream.pointee.avail_out)
        guard reading.output.count + made <= reading.limit else { return .tooLong }
        reading.output.append(contentsOf: room[..<made])
        switch result {
        case Z_OK:
            reading.isAtEnd = stream.pointee.data_type & 128 != 0
            reading.isBehindFinal = stream.pointee.data_type & 192 == 192
        case Z_STREAM_END:
            guard inflateReset(stream) == Z_OK else { return .corrupt }
            (reading.isAtEnd, reading.isBehindFinal) = (true, true)
        // Nothing was left to do.
        case Z_BUF_ERROR where stream.pointee.avail_in == 0: return nil
        default: return .corrupt
        }
        if reading.isAtEnd { reading.blocks += 1 }
        return reading.hasTooManyBlocks ? .tooManyBlocks : nil
    }
}
