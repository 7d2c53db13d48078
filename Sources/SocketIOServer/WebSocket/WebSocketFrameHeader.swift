import NIOCore

/// The header of a frame from a client (RFC 6455 §5.2).
///
/// ```
///   ┌───────────────┬──────────────┬──────────────────────────┬─────────┐
///   │ FIN, RSV 1–3, │ MASK, length │ 16 bit if the length is  │ key     │
///   │ opcode        │ 0…125        │ 126, 64 bit if 127       │ 4 bytes │
///   └───────────────┴──────────────┴──────────────────────────┴─────────┘
/// ```
struct WebSocketFrameHeader: Equatable {
    enum Opcode: UInt8 { case continuation = 0, text, binary, close = 8, ping, pong }

    /// An error after which the start of the next frame is unknown, or does not matter.
    enum Fault: Error, Equatable {
        case unknownOpcode
        /// A control frame in fragments, or longer than 125 bytes.
        case controlFrame
        /// A length in more bytes than necessary, or with the highest bit set.
        case length
    }

    let opcode: Opcode
    let isLast: Bool
    /// RSV1: the first frame of a compressed message (RFC 7692 §6), if compression was agreed on.
    let isCompressed: Bool
    /// RSV2 or RSV3, which have no meaning.
    let hasReservedBits: Bool
    let length: Int
    /// Nil if the frame is not masked. Clients have to mask.
    let key: (UInt8, UInt8, UInt8, UInt8)?

    var isControl: Bool { opcode.rawValue >= 8 }

    /// Takes a header from the front. Returns nil and takes nothing if it is not complete.
    static func read(from bytes: inout ByteBuffer) throws(Fault) -> WebSocketFrameHeader? {
        var rest = bytes
        guard let first = rest.readInteger(as: UInt8.self), let second = rest.readInteger(as: UInt8.self) else {
            return nil
        }
        guard let opcode = Opcode(rawValue: first & 0xf) else { throw .unknownOpcode }
        let isLast = first & 0x80 != 0
        guard opcode.rawValue < 8 || (isLast && second & 0x7f <= 125) else { throw .controlFrame }
        guard let length = try Self.length(second & 0x7f, &rest) else { return nil }
        var key: (UInt8, UInt8, UInt8, UInt8)?
        if second & 0x80 != 0 {
            guard let mask = rest.readBytes(length: 4) else { return nil }
            key = (mask[0], mask[1], mask[2], mask[3])
        }
        bytes = rest
        return WebSocketFrameHeader(
            opcode: opcode, isLast: isLast, isCompressed: first & 0x40 != 0, hasReservedBits: first & 0x30 != 0,
            length: length, key: key)
    }

    private static func length(_ short: UInt8, _ rest: inout ByteBuffer) throws(Fault) -> Int? {
        switch short {
        case 126:
            guard let length = rest.readInteger(as: UInt16.self) else { return nil }
            guard length > 125 else { throw .length }
            return Int(length)
        case 127:
            guard let length = rest.readInteger(as: UInt64.self) else { return nil }
            guard length > 0xffff, let length = Int(exactly: length) else { throw .length }
            return length
        default: return Int(short)
        }
    }

    static func == (left: WebSocketFrameHeader, right: WebSocketFrameHeader) -> Bool {
        left.opcode == right.opcode && left.isLast == right.isLast && left.isCompressed == right.isCompressed
            && left.hasReservedBits == right.hasReservedBits && left.length == right.length
            && (left.key == nil) == (right.key == nil)
    }
}
