import JSONBytes

/// Short names of what clients do wrong, for counters: a fixed set, whatever a client sends.
extension ClientSession.Violation {
    package var kind: String {
        switch self {
        case .packet(let error): error.kind
        case .connectedTwice: "connectedTwice"
        case .notJoined: "notJoined"
        case .wrongDirection: "wrongDirection"
        case .tooManyNamespaces: "tooManyNamespaces"
        }
    }
}

extension SocketPacketError {
    package var kind: String {
        switch self {
        case .empty: "emptyPacket"
        case .unknownType: "unknownPacketType"
        case .missingAttachmentCount: "missingAttachmentCount"
        case .tooManyAttachments: "tooManyAttachments"
        case .namespaceNotUTF8: "namespaceNotUTF8"
        case .ackIDOutOfRange: "ackIDOutOfRange"
        case .missingAckID: "missingAckID"
        case .missingPayload: "missingPayload"
        case .unexpectedPayload: "unexpectedPayload"
        case .invalidJSON(.tooDeep): "jsonTooDeep"
        case .invalidJSON: "invalidJSON"
        case .payloadNotObject: "payloadNotObject"
        case .invalidEventName: "invalidEventName"
        case .reservedEventName: "reservedEventName"
        case .invalidPlaceholder: "invalidPlaceholder"
        case .attachmentExpected: "attachmentExpected"
        case .unexpectedAttachment: "unexpectedAttachment"
        }
    }
}
