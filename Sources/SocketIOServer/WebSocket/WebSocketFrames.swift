import NIOCore

/// Writes unmasked frames, as servers send them (RFC 6455 §5.2).
///
/// ```
///   ┌───────────────┬──────────────┬──────────────────────────┬─────────┐
///   │ FIN, opcode   │ length       │ 16 bit if the length is  │ payload │
///   │ 1 byte        │ 0…125        │ 126, 64 bit if 127       │         │
///   └───────────────┴──────────────┴──────────────────────────┴─────────┘
/// ```
enum WebSocketFrames {
    static func text(prefix: UInt8?, _ payload: [UInt8]) -> ByteBuffer {
        let length = payload.count + (prefix == nil ? 0 : 1)
        var frame = header(opcode: 0x1, length: length, room: length)
        if let prefix { frame.writeInteger(prefix) }
        frame.writeBytes(payload)
        return frame
    }

    static func binary(_ payload: ByteBuffer) -> ByteBuffer {
        var frame = header(opcode: 0x2, length: payload.readableBytes, room: payload.readableBytes)
        frame.writeImmutableBuffer(payload)
        return frame
    }

    static func pong(_ payload: ByteBuffer) -> ByteBuffer {
        var frame = header(opcode: 0xA, length: payload.readableBytes, room: payload.readableBytes)
        frame.writeImmutableBuffer(payload)
        return frame
    }

    /// A close frame; without a code its payload is empty.
    static func close(code: UInt16?) -> ByteBuffer {
        var frame = header(opcode: 0x8, length: code == nil ? 0 : 2, room: 2)
        if let code { frame.writeInteger(code) }
        return frame
    }

    /// - Parameter room: For so much of the payload behind it.
    static func header(opcode: UInt8, length: Int, room: Int = 0) -> ByteBuffer {
        var frame = ByteBufferAllocator().buffer(capacity: room + 10)
        frame.writeInteger(0x80 | opcode)
        switch length {
        case ...125: frame.writeInteger(UInt8(length))
        case ...0xffff:
            frame.writeInteger(UInt8(126))
            frame.writeInteger(UInt16(length))
        default:
            frame.writeInteger(UInt8(127))
            frame.writeInteger(UInt64(length))
        }
        return frame
    }
}
