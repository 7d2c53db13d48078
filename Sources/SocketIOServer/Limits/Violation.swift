import EngineIO
import SocketIO

/// What a client can do wrong, for counters and the log. The set is fixed, whatever a client sends.
///
/// The names are those of ``ServerStatistics/violations``.
enum Violation: String, Sendable, CaseIterable {
    // Places.
    case tooManyHandshakes, tooManyConnections, tooManySessions, tooManyPipelined, tooMuchUnfinished
    // Time.
    case slowHeader, slowBody, slowReader
    // Encryption.
    case failedTLSHandshake
    // HTTP, and the requests of Engine.IO.
    case malformedHTTP, postTooLarge, allowRequestFailed
    case unknownTransport, unknownSession, badHandshakeMethod, badRequest, forbidden, unsupportedProtocolVersion
    // What ends a session by itself; see `CloseReason`.
    case invalidHeartbeatDirection, messageTooLarge, invalidUTF8, invalidCompression, webSocketViolation
    case connectTimeout, outboxOverflow, inboundFlood, messageTimeout
    // Packets of Engine.IO.
    case malformedPayload, malformedPacket
    // Packets of Socket.IO, and when they come.
    case emptyPacket, unknownPacketType, missingAttachmentCount, tooManyAttachments, namespaceNotUTF8, ackIDOutOfRange
    case missingAckID, missingPayload, unexpectedPayload, jsonTooDeep, invalidJSON, payloadNotObject, invalidEventName
    case reservedEventName, invalidPlaceholder, attachmentExpected, unexpectedAttachment
    case connectedTwice, notJoined, wrongDirection, tooManyNamespaces, joinFailed
}

/// Why a connection or a session got no place.
enum PlaceRefusal: String, Sendable, CaseIterable {
    case tooManyHandshakes, tooManyConnections, tooManySessions, shuttingDown
}

extension Violation {
    init(_ error: EngineRequestError) {
        self =
            switch error {
            case .unknownTransport: .unknownTransport
            case .unknownSession: .unknownSession
            case .badHandshakeMethod: .badHandshakeMethod
            case .badRequest: .badRequest
            case .forbidden: .forbidden
            case .unsupportedProtocolVersion: .unsupportedProtocolVersion
            }
    }

    /// Nil if the reason itself does not say what the client did wrong. For `parseError` the packet says it.
    init?(_ reason: CloseReason) {
        switch reason {
        case .invalidHeartbeatDirection: self = .invalidHeartbeatDirection
        case .messageTooLarge: self = .messageTooLarge
        case .invalidUTF8: self = .invalidUTF8
        case .invalidCompression: self = .invalidCompression
        case .webSocketViolation: self = .webSocketViolation
        case .connectTimeout: self = .connectTimeout
        case .outboxOverflow: self = .outboxOverflow
        case .inboundFlood: self = .inboundFlood
        case .messageTimeout: self = .messageTimeout
        case .transportClose, .transportError, .pingTimeout, .parseError, .forcedServerClose, .serverShuttingDown,
            .handlerTimeout:
            return nil
        }
    }

    /// Nil where the client did nothing wrong.
    init?(_ refusal: PlaceRefusal) {
        switch refusal {
        case .tooManyHandshakes: self = .tooManyHandshakes
        case .tooManyConnections: self = .tooManyConnections
        case .tooManySessions: self = .tooManySessions
        case .shuttingDown: return nil
        }
    }

    init(_ violation: ClientSession.Violation) {
        switch violation {
        case .packet(let error): self.init(error)
        case .connectedTwice: self = .connectedTwice
        case .notJoined: self = .notJoined
        case .wrongDirection: self = .wrongDirection
        case .tooManyNamespaces: self = .tooManyNamespaces
        }
    }

    private init(_ error: SocketPacketError) {
        self =
            switch error {
            case .empty: .emptyPacket
            case .unknownType: .unknownPacketType
            case .missingAttachmentCount: .missingAttachmentCount
            case .tooManyAttachments: .tooManyAttachments
            case .namespaceNotUTF8: .namespaceNotUTF8
            case .ackIDOutOfRange: .ackIDOutOfRange
            case .missingAckID: .missingAckID
            case .missingPayload: .missingPayload
            case .unexpectedPayload: .unexpectedPayload
            case .invalidJSON(.tooDeep): .jsonTooDeep
            case .invalidJSON: .invalidJSON
            case .payloadNotObject: .payloadNotObject
            case .invalidEventName: .invalidEventName
            case .reservedEventName: .reservedEventName
            case .invalidPlaceholder: .invalidPlaceholder
            case .attachmentExpected: .attachmentExpected
            case .unexpectedAttachment: .unexpectedAttachment
            }
    }
}

/// Decides which of many reports are logged: at most one a minute of each kind, with the number of those in between.
struct RareReports<Kind: Hashable & Sendable>: Sendable {
    typealias Instant = ContinuousClock.Instant

    private static var interval: Duration { .seconds(60) }

    /// The kinds are a fixed set, so this does not grow.
    private var kinds: [Kind: (loggedAt: Instant, silent: Int)] = [:]

    /// How many of the kind were not logged since the last one that was; nil if this one should not be logged either.
    mutating func occurred(_ kind: Kind, now: Instant) -> Int? {
        if let last = kinds[kind], now < last.loggedAt + Self.interval {
            kinds[kind]?.silent += 1
            return nil
        }
        defer { kinds[kind] = (now, 0) }
        return kinds[kind]?.silent ?? 0
    }
}
