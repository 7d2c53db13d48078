import EngineIO
import NIOCore
import SocketIO

/// One packet as the bytes of whole WebSocket frames. It is made once, and all receivers share it, over polling too.
struct EncodedPacket: Sendable, Equatable {
    /// The unmasked frames, header and payload each (RFC 6455 §5.2): the text, then its attachments.
    let frame: ByteBuffer
    /// Where the payload of the text frame is in `frame`. Over polling it is sent as it is.
    private let text: Range<Int>?
    /// The same for the binary frames.
    private let attachments: [Range<Int>]
    /// Whether compressing may be worth the time, if the transport can compress.
    var mayCompress = true
    /// Its compressed forms, shared by all receivers; nil if it is too small for that.
    private let forms: CompressedForms?

    /// A text frame of the Engine.IO type `4` and a Socket.IO event or answer, and a binary frame for each attachment.
    /// Each byte is written once.
    init(socketPacket packet: SocketPacketText, attachments: [[UInt8]] = []) {
        let length = packet.byteCount + 1
        var frames = FrameWriter(payload: attachments.reduce(length) { $0 + $1.count }, count: 1 + attachments.count)
        text = frames.text(length: length) { frame in
            frame.writeInteger(EncodedPacket.message)
            packet.write { frame.writeBytes($0) }
        }
        self.attachments = attachments.map { bytes in frames.binary(length: bytes.count) { $0.writeBytes(bytes) } }
        frame = frames.bytes
        forms = CompressedForms(of: frame)
    }

    /// The same of another Socket.IO packet.
    init(socketPacket packet: [UInt8]) {
        var frames = FrameWriter(payload: packet.count + 1)
        text = frames.text(length: packet.count + 1) { frame in
            frame.writeInteger(EncodedPacket.message)
            frame.writeBytes(packet)
        }
        attachments = []
        frame = frames.bytes
        forms = CompressedForms(of: frame)
    }

    /// A text frame of an Engine.IO packet.
    init(enginePacket: [UInt8]) {
        var frames = FrameWriter(payload: enginePacket.count)
        text = frames.text(length: enginePacket.count) { $0.writeBytes(enginePacket) }
        attachments = []
        frame = frames.bytes
        forms = nil
    }

    /// A binary message of Engine.IO.
    init(binary: [UInt8]) {
        var frames = FrameWriter(payload: binary.count)
        text = nil
        attachments = [frames.binary(length: binary.count) { $0.writeBytes(binary) }]
        frame = frames.bytes
        forms = nil
    }

    /// The event `packet` with one more string argument at the end.
    private init(_ packet: EncodedPacket, text old: Range<Int>, adding offset: String) {
        let more = ",\"\(offset)\"]"
        // An event's text ends with the bracket of its array.
        let (kept, length) = (old.count - 1, old.count - 1 + more.utf8.count)
        let rest = packet.frame.getSlice(at: old.upperBound, length: packet.frame.writerIndex - old.upperBound)
        var frames = FrameWriter(payload: length + (rest?.readableBytes ?? 0))
        let text = frames.text(length: length) { frame in
            packet.frame.getSlice(at: old.lowerBound, length: kept).map { _ = frame.writeImmutableBuffer($0) }
            frame.writeString(more)
        }
        let moved = text.upperBound - old.upperBound
        attachments = packet.attachments.map { $0.lowerBound + moved..<$0.upperBound + moved }
        if let rest { frames.append(rest) }
        frame = frames.bytes
        self.text = text
        mayCompress = packet.mayCompress
        forms = CompressedForms(of: frame)
    }

    /// The same event with one more string argument: the offset for connection state recovery.
    func appending(offset: String) -> EncodedPacket {
        text.map { EncodedPacket(self, text: $0, adding: offset) } ?? self
    }

    var byteCount: Int { frame.readableBytes }

    /// The frames for clients that agreed on compression, made once for all clients with the same window.
    ///
    /// - Parameter compress: Compresses one payload; returns nil if that is not worth it.
    func compressed(windowBits: Int, _ compress: (ByteBuffer) -> ByteBuffer?) -> ByteBuffer {
        func make() -> ByteBuffer {
            let small = parts.map { part in (part: part, compressed: compress(part.message.payload)) }
            return small.contains { $0.compressed != nil } ? WebSocketFrames.compressed(small) : frame
        }
        return forms?.frame(windowBits: windowBits, make) ?? make()
    }

    /// The same packet without shared compressed forms, for logs that count the bytes they keep.
    var bare: EncodedPacket { EncodedPacket(frame, text, attachments, mayCompress) }

    private init(_ frame: ByteBuffer, _ text: Range<Int>?, _ attachments: [Range<Int>], _ mayCompress: Bool) {
        self.frame = frame
        self.text = text
        self.attachments = attachments
        self.mayCompress = mayCompress
        forms = nil
    }

    /// Compressed forms do not count.
    static func == (left: EncodedPacket, right: EncodedPacket) -> Bool {
        left.frame == right.frame && left.text == right.text && left.attachments == right.attachments
            && left.mayCompress == right.mayCompress
    }

    /// What is sent over polling, or in frames of its own.
    var parts: [PacketPart] {
        let payload = text.flatMap { frame.getSlice(at: $0.lowerBound, length: $0.count) }
        return payload.map { [.text($0)] + binary } ?? binary
    }

    private var binary: [PacketPart] {
        attachments.compactMap { frame.getSlice(at: $0.lowerBound, length: $0.count) }.map(PacketPart.binary)
    }

    /// The type of Engine.IO's messages.
    private static let message = UInt8(ascii: "4")
}

/// One Engine.IO packet of an `EncodedPacket`.
enum PacketPart: Sendable, Equatable {
    /// With its type in front.
    case text(ByteBuffer)
    /// The bytes of a binary message.
    case binary(ByteBuffer)

    var byteCount: Int {
        switch self {
        case .text(let bytes), .binary(let bytes): bytes.readableBytes
        }
    }

    /// As bytes of a polling payload.
    var payload: ByteBuffer {
        switch self {
        case .text(let text): text
        case .binary(let bytes): ByteBuffer(bytes: EnginePacket.binary(Array(bytes.readableBytesView)).text)
        }
    }

    /// The payload of a frame, and of which.
    var message: (opcode: WebSocketFrames.Opcode, payload: ByteBuffer) {
        switch self {
        case .text(let bytes): (.text, bytes)
        case .binary(let bytes): (.binary, bytes)
        }
    }

    /// As buffers for a WebSocket: the header of a frame, and the bytes, which others may share.
    var frame: [ByteBuffer] {
        let (opcode, payload) = message
        return [WebSocketFrames.header(opcode, length: payload.readableBytes), payload]
    }
}
