import NIOCore

/// One packet as the bytes of a whole WebSocket frame, made once and shared by all who receive it.
struct EncodedPacket: Sendable, Equatable {
    /// The unmasked frame: header and payload (RFC 6455 §5.2).
    let frame: ByteBuffer

    /// A text frame of the Engine.IO type `4` and a Socket.IO packet.
    init(socketPacket: [UInt8]) {
        frame = WebSocketFrames.text(prefix: UInt8(ascii: "4"), socketPacket)
    }

    /// A text frame of an Engine.IO packet.
    init(enginePacket: [UInt8]) {
        frame = WebSocketFrames.text(prefix: nil, enginePacket)
    }

    var byteCount: Int { frame.readableBytes }
}
