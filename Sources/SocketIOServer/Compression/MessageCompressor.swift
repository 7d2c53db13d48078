import NIOCore

/// Compresses and inflates the messages of all WebSockets of one server, one after another on its event loop. zlib's
/// memory is allocated with the first message that needs it.
final class MessageCompressor {
    private let configuration: MessageCompression
    /// One for each size of window, at most seven.
    private var deflaters: [Int: Deflater] = [:]
    private lazy var inflater = Inflater()
    /// The number of payloads compressed so far.
    private(set) var compressed = 0
    private(set) var bytes = CompressionBytes()

    init(_ configuration: MessageCompression) { self.configuration = configuration }

    /// Whether a message of that size is compressed.
    func takes(bytes: Int) -> Bool { bytes >= configuration.threshold }

    /// The payload of a compressed frame (RFC 7692 §7.2.1); nil if it would not be smaller.
    func deflate(_ payload: ByteBuffer, windowBits: Int) -> ByteBuffer? {
        guard let deflater = deflater(windowBits) else { return nil }
        compressed += 1
        bytes.toDeflate += payload.readableBytes
        let tail = 4
        guard var small = deflater.compress([payload], .flushed, most: payload.readableBytes + tail - 1) else {
            bytes.deflated += payload.readableBytes
            return nil
        }
        small.moveWriterIndex(to: small.writerIndex - tail)
        bytes.deflated += small.readableBytes
        return small
    }

    func inflate(_ message: [UInt8], frames: Int, limit: Int) throws(Inflater.Fault) -> Inflater.Inflated {
        guard let inflater else { throw .corrupt }
        let inflated = try inflater.inflate(message, frames: frames, limit: limit)
        bytes.toInflate += message.count
        bytes.inflated += inflated.bytes.count
        return inflated
    }

    private func deflater(_ windowBits: Int) -> Deflater? {
        if let known = deflaters[windowBits] { return known }
        let made = Deflater(
            .raw(windowBits: windowBits), level: min(max(configuration.level, 1), 9),
            memory: min(max(configuration.memory, 1), 9))
        deflaters[windowBits] = made
        return made
    }
}

/// The compression of one WebSocket.
struct MessageDeflate {
    let compressor: MessageCompressor
    let agreement: DeflateAgreement

    /// The frames of a packet as they are sent to this client.
    func frames(of packet: EncodedPacket) -> ByteBuffer {
        guard packet.mayCompress, compressor.takes(bytes: packet.byteCount) else { return packet.frame }
        let bits = agreement.windowBits
        return packet.compressed(windowBits: bits) { payload in
            compressor.takes(bytes: payload.readableBytes) ? compressor.deflate(payload, windowBits: bits) : nil
        }
    }
}
