import EngineIO
import NIOCore

/// One Engine.IO packet of an `EncodedPacket`.
enum PacketPart: Sendable, Equatable {
    /// With its type before it.
    case text(ByteBuffer)
    /// The bytes of a binary message.
    case binary(ByteBuffer)

    /// As it stands in a polling payload.
    var payload: ByteBuffer {
        switch self {
        case .text(let text): text
        case .binary(let bytes): ByteBuffer(bytes: EnginePacket.binary(Array(bytes.readableBytesView)).text)
        }
    }

    /// As it travels over a WebSocket.
    var frame: ByteBuffer {
        switch self {
        case .text(let text): WebSocketFrames.text(prefix: nil, Array(text.readableBytesView))
        case .binary(let bytes): WebSocketFrames.binary(bytes)
        }
    }
}
