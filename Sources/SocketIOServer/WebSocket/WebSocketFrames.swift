import NIOCore

/// Unmasked frames, as servers send them (RFC 6455 §5.2).
///
/// ```
///   ┌───────────────┬──────────────┬──────────────────────────┬─────────┐
///   │ FIN, opcode   │ length       │ 16 bit if the length is  │ payload │
///   │ 1 byte        │ 0…125        │ 126, 64 bit if 127       │         │
///   └───────────────┴──────────────┴──────────────────────────┴─────────┘
/// ```
enum WebSocketFrames {
    typealias Opcode = WebSocketFrameHeader.Opcode

    static func pong(_ payload: ByteBuffer) -> ByteBuffer { frame(.pong, payload.readableBytesView) }

    /// A close frame. Without a code its payload is empty.
    static func close(code: UInt16?) -> ByteBuffer {
        frame(.close, code.map { [UInt8($0 >> 8), UInt8(truncatingIfNeeded: $0)] } ?? [])
    }

    /// The header for a payload that is in a buffer of its own.
    static func header(_ opcode: Opcode, length: Int) -> ByteBuffer {
        var frame = ByteBufferAllocator().buffer(capacity: longestHeader)
        writeHeader(opcode, length: length, to: &frame)
        return frame
    }

    /// The frames of a packet, each with its compressed payload, or with its own if that is nil (RFC 7692 §6.1).
    static func compressed(_ parts: [(part: PacketPart, compressed: ByteBuffer?)]) -> ByteBuffer {
        let payload = parts.reduce(0) { $0 + ($1.compressed?.readableBytes ?? $1.part.byteCount) }
        var frames = ByteBufferAllocator().buffer(capacity: payload + parts.count * longestHeader)
        for (part, compressed) in parts {
            let (opcode, plain) = part.message
            let payload = compressed ?? plain
            writeHeader(opcode, length: payload.readableBytes, isCompressed: compressed != nil, to: &frames)
            frames.writeImmutableBuffer(payload)
        }
        return frames
    }

    private static func frame(_ opcode: Opcode, _ payload: some Collection<UInt8>) -> ByteBuffer {
        var frame = ByteBufferAllocator().buffer(capacity: payload.count + longestHeader)
        writeHeader(opcode, length: payload.count, to: &frame)
        frame.writeBytes(payload)
        return frame
    }

    fileprivate static let longestHeader = 10

    fileprivate static func writeHeader(
        _ opcode: Opcode, length: Int, isCompressed: Bool = false, to frame: inout ByteBuffer
    ) {
        frame.writeInteger((isCompressed ? 0xc0 : 0x80) | opcode.rawValue)
        switch length {
        case ...125: frame.writeInteger(UInt8(length))
        case ...0xffff:
            frame.writeInteger(UInt8(126))
            frame.writeInteger(UInt16(length))
        default:
            frame.writeInteger(UInt8(127))
            frame.writeInteger(UInt64(length))
        }
    }
}

/// Writes several frames after one another into one buffer that is large enough for all.
struct FrameWriter {
    private(set) var bytes: ByteBuffer

    /// - Parameters:
    ///   - payload: the bytes of all payloads.
    ///   - count: the number of frames.
    init(payload: Int, count: Int = 1) {
        bytes = ByteBufferAllocator().buffer(capacity: payload + count * WebSocketFrames.longestHeader)
    }

    /// Writes a text frame. The closure appends the payload, with exactly `length` bytes. Returns where the payload is.
    mutating func text(length: Int, _ write: (inout ByteBuffer) -> Void) -> Range<Int> {
        frame(.text, length, write)
    }

    /// Writes a binary frame.
    mutating func binary(length: Int, _ write: (inout ByteBuffer) -> Void) -> Range<Int> {
        frame(.binary, length, write)
    }

    /// Writes whole frames that were made elsewhere.
    mutating func append(_ frames: ByteBuffer) { bytes.writeImmutableBuffer(frames) }

    private mutating func frame(
        _ opcode: WebSocketFrames.Opcode, _ length: Int, _ write: (inout ByteBuffer) -> Void
    ) -> Range<Int> {
        WebSocketFrames.writeHeader(opcode, length: length, to: &bytes)
        let start = bytes.writerIndex
        write(&bytes)
        assert(bytes.writerIndex == start + length)
        return start..<bytes.writerIndex
    }
}
