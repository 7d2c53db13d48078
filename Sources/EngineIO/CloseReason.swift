/// Why an Engine.IO session ended. It says more than the reasons that Socket.IO has.
package enum CloseReason: String, Sendable, Hashable, CaseIterable {
    /// The peer closed the connection, or sent the close packet.
    case transportClose
    /// The connection broke.
    case transportError
    case pingTimeout
    /// Bytes that are not a packet, or a packet that breaks a rule of the protocol.
    case parseError
    /// A ping from a client. In v4 only servers ping.
    case invalidHeartbeatDirection
    /// A message larger than `maxPayload`.
    case messageTooLarge
    /// Text that is not UTF-8.
    case invalidUTF8
    /// A compressed message that cannot be inflated.
    case invalidCompression
    /// A violation of RFC 6455.
    case webSocketViolation
    /// The client did not join a namespace in time.
    case connectTimeout
    /// The application closed the connection.
    case forcedServerClose
    case serverShuttingDown
    /// The client reads too slowly, and the policy is to disconnect it.
    case outboxOverflow
    /// The client sends too much, of a kind that cannot be slowed down by reading more slowly.
    case inboundFlood
    /// The application's handlers did not deal with the client's events in time.
    case handlerTimeout
    /// The client began a message and did not complete it in time.
    case messageTimeout

    /// The close code of the WebSocket (RFC 6455 §7.4.1). With nil none is sent, as in the official server.
    package var webSocketCode: UInt16? {
        switch self {
        case .messageTooLarge: 1009
        case .invalidUTF8, .invalidCompression: 1007
        case .webSocketViolation: 1002
        case .serverShuttingDown: 1001
        case .outboxOverflow, .inboundFlood, .messageTimeout: 1008
        case .handlerTimeout: 1011
        case .transportClose, .transportError, .pingTimeout, .parseError, .invalidHeartbeatDirection, .connectTimeout,
            .forcedServerClose:
            nil
        }
    }
}
