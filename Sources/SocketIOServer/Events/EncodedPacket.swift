import EngineIO
import NIOCore

/// One packet as the bytes of whole WebSocket frames, made once and shared by all who receive it, over polling too.
struct EncodedPacket: Sendable, Equatable {
    /// The unmasked frames, header and payload each (RFC 6455 §5.2): the text, then its attachments.
    let frame: ByteBuffer
    /// Where the payload of the text frame stands in `frame`: over polling it travels as it is.
    private let text: Range<Int>?
    private let attachments: [ByteBuffer]
    /// Whether compressing it may be worth the time, where the way it takes can.
    var mayCompress = true

    /// A text frame of the Engine.IO type `4` and a Socket.IO packet, and a binary frame for each attachment.
    init(socketPacket: [UInt8], attachments: [[UInt8]] = []) {
        self.init(
            WebSocketFrames.text(prefix: UInt8(ascii: "4"), socketPacket), length: socketPacket.count + 1, attachments)
    }

    /// A text frame of an Engine.IO packet.
    init(enginePacket: [UInt8]) {
        self.init(WebSocketFrames.text(prefix: nil, enginePacket), length: enginePacket.count, [])
    }

    /// A binary message of Engine.IO.
    init(binary: [UInt8]) {
        text = nil
        attachments = [ByteBuffer(bytes: binary)]
        frame = WebSocketFrames.binary(attachments[0])
    }

    private init(_ textFrame: ByteBuffer, length: Int, _ attachments: [[UInt8]]) {
        text = textFrame.writerIndex - length..<textFrame.writerIndex
        self.attachments = attachments.map { ByteBuffer(bytes: $0) }
        var frame = textFrame
        for attachment in self.attachments { frame.writeImmutableBuffer(WebSocketFrames.binary(attachment)) }
        self.frame = frame
    }

    /// The same event with one more string argument, the offset of connection state recovery.
    func appending(offset: String) -> EncodedPacket {
        guard let text, var payload = frame.getBytes(at: text.lowerBound + 1, length: text.count - 1) else {
            return self
        }
        // An event's text ends with the bracket of its array.
        payload.removeLast()
        payload += Array(",\"\(offset)\"]".utf8)
        var packet = EncodedPacket(socketPacket: payload, attachments: attachments.map { Array($0.readableBytesView) })
        packet.mayCompress = mayCompress
        return packet
    }

    var byteCount: Int { frame.readableBytes }

    /// What travels over polling, or in frames of its own.
    var parts: [PacketPart] {
        let payload = text.flatMap { frame.getSlice(at: $0.lowerBound, length: $0.count) }
        return payload.map { [.text($0)] + binary } ?? binary
    }

    private var binary: [PacketPart] { attachments.map(PacketPart.binary) }
}
