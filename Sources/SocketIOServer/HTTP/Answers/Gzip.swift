import CZlib
import NIOCore

/// Compresses the body of an answer (RFC 1952).
enum Gzip {
    /// The fastest: this runs on the event loop, and JSON shrinks to a fifth even so.
    private static let level: Int32 = 1

    /// The bytes of all chunks as one gzip member; nil where that would not be smaller.
    static func compress(_ chunks: [ByteBuffer]) -> ByteBuffer? {
        let total = chunks.reduce(0) { $0 + $1.readableBytes }
        var stream = z_stream()
        guard streamassembler_gzip_begin(&stream, level) == Z_OK else { return nil }
        defer { deflateEnd(&stream) }
        // zlib stops where the room does: an answer that grows is sent as it is.
        var output = ByteBufferAllocator().buffer(capacity: total)
        let isWhole = output.withUnsafeMutableWritableBytes { room in
            stream.next_out = room.baseAddress?.assumingMemoryBound(to: UInt8.self)
            stream.avail_out = UInt32(clamping: min(room.count, total))
            return chunks.allSatisfy { feed($0, to: &stream) } && deflate(&stream, Z_FINISH) == Z_STREAM_END
        }
        guard isWhole else { return nil }
        output.moveWriterIndex(forwardBy: Int(stream.total_out))
        // Who does not read holds what there is, and not the room that was made for more.
        return output.readableBytes < output.capacity / 2 ? ByteBuffer(bytes: output.readableBytesView) : output
    }

    private static func feed(_ chunk: ByteBuffer, to stream: inout z_stream) -> Bool {
        chunk.withUnsafeReadableBytes { bytes in
            guard let base = bytes.baseAddress, !bytes.isEmpty else { return true }
            // zlib only reads from there; its type says otherwise for the sake of old compilers.
            stream.next_in = UnsafeMutablePointer(mutating: base.assumingMemoryBound(to: UInt8.self))
            stream.avail_in = UInt32(clamping: bytes.count)
            return deflate(&stream, Z_NO_FLUSH) == Z_OK && stream.avail_in == 0
        }
    }
}
