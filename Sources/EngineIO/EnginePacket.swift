/// One Engine.IO v4 packet (§Packet types).
///
/// ```
///   text    ┌──────┬─────────────┐     binary message    ┌─────────────┐
///   frame   │ type │ payload …   │     frame             │ payload …   │   no type byte over WebSocket
///           │ 0…6  │ UTF-8       │                       │ any bytes   │
///           └──────┴─────────────┘                       └─────────────┘
///   where only text may travel: 'b' + base64 of the payload
/// ```
package enum EnginePacket: Sendable, Equatable {
    case open([UInt8])
    case close
    case ping([UInt8])
    case pong([UInt8])
    case message([UInt8])
    case binary([UInt8])
    case upgrade
    case noop

    /// Reads a packet from a text frame or from one packet of a polling payload.
    ///
    /// `b` + base64 counts as a binary message on every transport. If a type carries no payload, bytes after it are
    /// ignored, as in the official server.
    package init(text: some Collection<UInt8>) throws(EnginePacketError) {
        guard let type = text.first else { throw .empty }
        let payload = text.dropFirst()
        switch type {
        case UInt8(ascii: "0"): self = .open(Array(payload))
        case UInt8(ascii: "1"): self = .close
        case UInt8(ascii: "2"): self = .ping(Array(payload))
        case UInt8(ascii: "3"): self = .pong(Array(payload))
        case UInt8(ascii: "4"): self = .message(Array(payload))
        case UInt8(ascii: "5"): self = .upgrade
        case UInt8(ascii: "6"): self = .noop
        case UInt8(ascii: "b"):
            guard let bytes = Base64.decode(payload) else { throw .invalidBase64 }
            self = .binary(bytes)
        default: throw .unknownType(type)
        }
    }

    /// The packet as text, for a text frame or a polling payload.
    package var text: [UInt8] {
        switch self {
        case .open(let payload): [UInt8(ascii: "0")] + payload
        case .close: [UInt8(ascii: "1")]
        case .ping(let payload): [UInt8(ascii: "2")] + payload
        case .pong(let payload): [UInt8(ascii: "3")] + payload
        case .message(let payload): [UInt8(ascii: "4")] + payload
        case .binary(let payload): [UInt8(ascii: "b")] + Base64.encode(payload)
        case .upgrade: [UInt8(ascii: "5")]
        case .noop: [UInt8(ascii: "6")]
        }
    }
}

extension EnginePacket {
    /// The length of the payload in bytes.
    package var byteCount: Int {
        switch self {
        case .open(let payload), .ping(let payload), .pong(let payload), .message(let payload), .binary(let payload):
            payload.count
        case .close, .upgrade, .noop: 0
        }
    }
}

/// A message of the protocol above, which an Engine.IO session carries.
package enum EngineMessage: Sendable, Equatable {
    case text([UInt8])
    case binary([UInt8])
}

/// Why bytes are not an Engine.IO packet.
package enum EnginePacketError: Error, Equatable, Sendable {
    case empty
    case unknownType(UInt8)
    case invalidBase64
}
