import EngineIO
import NIOCore

/// One Engine.IO packet of an `EncodedPacket`.
enum PacketPart: Sendable, Equatable {
    /// With its type before it.
    case text(ByteBuffer)
    /// The bytes of a binary message.
    case binary(ByteBuffer)

    var byteCount: Int {
        switch self {
        case .text(let bytes), .binary(let bytes): bytes.readableBytes
        }
    }

    /// As it stands in a polling payload.
    var payload: ByteBuffer {
        switch self {
        case .text(let text): text
        case .binary(let bytes): ByteBuffer(bytes: EnginePacket.binary(Array(bytes.readableBytesView)).text)
        }
    }

    /// As it travels over a WebSocket: the header of a frame, and the bytes that others may hold, too.
    var frame: [ByteBuffer] {
        switch self {
        case .text(let bytes): [WebSocketFrames.header(opcode: 0x1, length: bytes.readableBytes), bytes]
        case .binary(let bytes): [WebSocketFrames.header(opcode: 0x2, length: bytes.readableBytes), bytes]
        }
    }
}
