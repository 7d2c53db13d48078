package import JSONBytes

/// Why a message is no Socket.IO packet; each of them ends the connection.
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
