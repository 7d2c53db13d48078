import CZlib
import NIOCore
import NIOHTTP1

/// Compresses the body of an answer (RFC 1952).
enum Gzip {
    /// The fastest level, because this runs on the event loop. JSON still shrinks to a fifth.
    private static let level: Int32 = 1

    /// The bytes of all chunks as one gzip member; nil if that would not be smaller.
    static func compress(_ chunks: [ByteBuffer]) -> ByteBuffer? {
        let total = chunks.reduce(0) { $0 + $1.readableBytes }
        var stream = z_stream()
        guard streamassembler_gzip_begin(&stream, level) == Z_OK else { return nil }
        defer { deflateEnd(&stream) }
        // zlib stops at the end of the buffer. An answer that would grow is sent as it is.
        var output = ByteBufferAllocator().buffer(capacity: total)
        let isWhole = output.withUnsafeMutableWritableBytes { room in
            stream.next_out = room.baseAddress?.assumingMemoryBound(to: UInt8.self)
            stream.avail_out = UInt32(clamping: min(room.count, total))
            return chunks.allSatisfy { feed($0, to: &stream) } && deflate(&stream, Z_FINISH) == Z_STREAM_END
        }
        guard isWhole else { return nil }
        output.moveWriterIndex(forwardBy: Int(stream.total_out))
        // A client that does not read should hold only the bytes that there are, not the whole buffer.
        return output.readableBytes < output.capacity / 2 ? ByteBuffer(bytes: output.readableBytesView) : output
    }

    private static func feed(_ chunk: ByteBuffer, to stream: inout z_stream) -> Bool {
        chunk.withUnsafeReadableBytes { bytes in
            guard let base = bytes.baseAddress, !bytes.isEmpty else { return true }
            // zlib only reads this memory. Its type is mutable for the sake of old compilers.
            stream.next_in = UnsafeMutablePointer(mutating: base.assumingMemoryBound(to: UInt8.self))
            stream.avail_in = UInt32(clamping: bytes.count)
            return deflate(&stream, Z_NO_FLUSH) == Z_OK && stream.avail_in == 0
        }
    }
}

/// Large packets that were compressed lately. All clients that poll for the same packet get the same bytes.
struct GzipShelf {
    typealias Instant = ContinuousClock.Instant

    /// Packets of at least this size are sent alone, so that others can get the same answer.
    static let leastBytes = 64 << 10
    private static let most = 4
    /// The receivers of one packet poll for it at almost the same time.
    static let shelfLife = Duration.seconds(1)

    private var shelf: [(packet: ByteBuffer, compressed: ByteBuffer?, at: Instant)] = []

    var isEmpty: Bool { shelf.isEmpty }

    /// The bytes of an answer as gzip; nil if that would not be smaller.
    mutating func compress(_ body: [ByteBuffer], now: Instant) -> ByteBuffer? {
        guard body.count == 1, body[0].readableBytes >= Self.leastBytes else { return Gzip.compress(body) }
        clear(now: now)
        // The same packet is at the same address, so comparing addresses is enough.
        if let known = shelf.first(where: { $0.packet == body[0] }) { return known.compressed }
        let compressed = Gzip.compress(body)
        if shelf.count >= Self.most { shelf.removeFirst() }
        shelf.append((body[0], compressed, now))
        return compressed
    }

    mutating func clear(now: Instant) { shelf.removeAll { now - $0.at >= Self.shelfLife } }
}

/// The encodings that a client accepts (RFC 9110 §12.5.3).
struct AcceptedEncodings: Equatable {
    private var weights: [String: Double] = [:]

    init(_ headers: HTTPHeaders) {
        for element in headers[canonicalForm: "accept-encoding"] {
            let parts = element.split(separator: ";")
            guard let name = parts.first?.lowercased().filter({ !$0.isWhitespace }) else { continue }
            weights[name] = parts.dropFirst().compactMap(Self.weight).first ?? 1
        }
    }

    /// A weight of 0 refuses. An encoding's own name counts more than `*`.
    var allowsGzip: Bool { (weights["gzip"] ?? weights["x-gzip"] ?? weights["*"] ?? 0) > 0 }

    /// The weight of `q=0.5`; nil for another parameter, and 0 for a weight that cannot be read.
    private static func weight(_ parameter: Substring) -> Double? {
        let pair = parameter.lowercased().filter { !$0.isWhitespace }.split(
            separator: "=", omittingEmptySubsequences: false)
        guard pair.first == "q" else { return nil }
        return pair.count == 2 ? Double(pair[1]).map { (0...1).contains($0) ? $0 : 0 } ?? 0 : 0
    }
}
