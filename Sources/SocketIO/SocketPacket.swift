package import JSONBytes

/// One whole Socket.IO v5 packet with its attachments.
package enum SocketPacket: Sendable, Equatable {
    case connect(namespace: String, payload: [UInt8]?)
    case disconnect(namespace: String)
    case event(namespace: String, SocketEvent)
    case ack(namespace: String, id: Int, arguments: [[UInt8]], attachments: [[UInt8]])
    case connectError(namespace: String, payload: [UInt8])
}

/// An event as it came: its name, and each argument as the JSON text that the peer wrote.
package struct SocketEvent: Sendable, Equatable {
    package var name: String
    /// The name as the JSON text that the peer wrote; set only if a lone surrogate in it became U+FFFD in `name`.
    package var rawName: [UInt8]?
    package var arguments: [[UInt8]]
    /// Set if the peer wants an answer.
    package var ackID: Int?
    /// The byte strings that `{"_placeholder":true,"num":n}` in the arguments stand for.
    package var attachments: [[UInt8]]

    package init(name: String, arguments: [[UInt8]] = [], ackID: Int? = nil, attachments: [[UInt8]] = []) {
        self.name = name
        self.arguments = arguments
        self.ackID = ackID
        self.attachments = attachments
    }

    /// Names that the official client and server reserve. A packet that uses one is refused.
    package static let reservedNames: Set<String> = [
        "connect", "connect_error", "disconnect", "disconnecting", "newListener", "removeListener",
    ]
}

/// The packet types of Socket.IO v5. The raw value is the digit that begins a packet (§Packet types).
package enum SocketPacketType: UInt8, Sendable, CaseIterable {
    case connect = 0x30
    case disconnect
    case event
    case ack
    case connectError
    case binaryEvent
    case binaryAck
}

/// Why a message is not a Socket.IO packet. Each of these ends the connection.
package enum SocketPacketError: Error, Equatable, Sendable {
    case empty
    case unknownType(UInt8)
    case missingAttachmentCount
    case tooManyAttachments(limit: Int)
    case namespaceNotUTF8
    case ackIDOutOfRange
    case missingAckID
    case missingPayload
    case unexpectedPayload
    case invalidJSON(JSONError)
    /// CONNECT with something else than an object.
    case payloadNotObject
    /// An event without a name, or whose name is neither string nor number.
    case invalidEventName
    case reservedEventName(String)
    /// A placeholder that points at no attachment.
    case invalidPlaceholder
    /// Text while attachments are still to come.
    case attachmentExpected
    /// Bytes that nothing announced.
    case unexpectedAttachment
}
