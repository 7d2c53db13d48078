import CZlib
package import NIOCore

/// A zlib compressor that is made once and used for one text after another. It keeps nothing of a text for the next one.
///
/// It takes 256 KiB with the largest window and the default memory level, so all clients of a server share one.
package final class Deflater {
    package enum Form {
        /// DEFLATE alone (RFC 1951), with a window of 9 to 15 bits.
        case raw(windowBits: Int)
        /// RFC 1952.
        case gzip
    }

    package enum Ending: Equatable {
        /// The text is complete.
        case whole
        /// More follows, but the bytes so far can be read. They end with an empty block, 00 00 ff ff.
        case flushed
    }

    private let stream: UnsafeMutablePointer<z_stream>

    /// - Parameters:
    ///   - level: 1 (fast) to 9 (small).
    ///   - memory: 1 to 9. Each step doubles the memory beside the window.
    /// - Returns: Nil if there is not enough memory.
    package init?(_ form: Form, level: Int = 1, memory: Int = 8) {
        let bits =
            switch form {
            case .raw(let windowBits): -windowBits
            case .gzip: 15 + 16
            }
        stream = .allocate(capacity: 1)
        stream.initialize(to: z_stream())
        guard streamassembler_deflate_begin(stream, Int32(level), Int32(bits), Int32(memory)) == Z_OK else {
            stream.deallocate()
            return nil
        }
    }

    deinit {
        deflateEnd(stream)
        stream.deallocate()
    }

    /// Compresses one text by itself; returns nil if the result would have more than `most` bytes.
    func compress(_ chunks: [ByteBuffer], _ ending: Ending, most: Int) -> ByteBuffer? {
        deflateReset(stream)
        let total = chunks.reduce(0) { $0 + $1.readableBytes }
        // JSON shrinks to a fifth. For other data the buffer grows.
        var output = ByteBufferAllocator().buffer(capacity: min(most, 64 + total / 4))
        for chunk in chunks.dropLast() {
            guard take(chunk, Z_NO_FLUSH, into: &output, most: most) else { return nil }
        }
        guard take(chunks.last ?? ByteBuffer(), ending.flush, into: &output, most: most) else { return nil }
        return Self.trimmed(output)
    }

    /// Compresses the next part of one long text. The compressor must not be used for others until it is complete.
    package func append(_ chunk: ByteBuffer, _ ending: Ending) -> ByteBuffer {
        var output = ByteBufferAllocator().buffer(capacity: 64 + chunk.readableBytes / 4)
        _ = take(chunk, ending.flush, into: &output, most: .max)
        return Self.trimmed(output)
    }

    /// A client that does not read should hold only the bytes that there are, not the whole buffer.
    private static func trimmed(_ output: ByteBuffer) -> ByteBuffer {
        output.readableBytes < output.capacity / 2 ? ByteBuffer(bytes: output.readableBytesView) : output
    }

    /// Returns false if the output would be too large.
    private func take(_ chunk: ByteBuffer, _ flush: Int32, into output: inout ByteBuffer, most: Int) -> Bool {
        chunk.withUnsafeReadableBytes { bytes in
            // zlib only reads this memory. Its type is mutable for the sake of old compilers.
            stream.pointee.next_in = UnsafeMutablePointer(
                mutating: bytes.baseAddress?.assumingMemoryBound(to: UInt8.self))
            stream.pointee.avail_in = UInt32(clamping: bytes.count)
            repeat {
                let room = min(most - output.readableBytes, max(Self.step, output.writableBytes))
                guard room > 0 else { return false }
                output.writeWithUnsafeMutableBytes(minimumWritableBytes: room) { free in
                    stream.pointee.next_out = free.baseAddress?.assumingMemoryBound(to: UInt8.self)
                    stream.pointee.avail_out = UInt32(clamping: room)
                    deflate(stream, flush)
                    return room - Int(stream.pointee.avail_out)
                }
            } while stream.pointee.avail_out == 0
            return stream.pointee.avail_in == 0
        }
    }

    /// More than the six bytes of a flush, so that zlib does not write a flush twice.
    private static let step = 64
}

extension Deflater.Ending {
    fileprivate var flush: Int32 { self == .whole ? Z_FINISH : Z_SYNC_FLUSH }
}
