/// Why an Engine.IO session ended, more exactly than the reasons that Socket.IO knows.
package enum CloseReason: String, Sendable, Hashable, CaseIterable {
    /// The peer closed the connection, or sent the close packet.
    case transportClose
    /// The connection broke.
    case transportError
    case pingTimeout
    /// Bytes that are no packet of the protocol, or a packet that breaks a rule of it.
    case parseError
    /// A ping from a client: in v4 only servers ping.
    case invalidHeartbeatDirection
    /// A message over `maxPayload`.
    case messageTooLarge
    /// Text that is not UTF-8.
    case invalidUTF8
    /// A violation of RFC 6455.
    case webSocketViolation
    /// No namespace joined in time.
    case connectTimeout
    /// The application closed the connection.
    case forcedServerClose
    case serverShuttingDown
    /// The client reads too slowly, and the policy is to let it go.
    case outboxOverflow
    /// The client sends too much of what reading more slowly does not slow down.
    case inboundFlood
    /// The application's handlers did not get on with the client's events in time.
    case handlerTimeout
    /// A message, once begun, was not whole in time.
    case messageTimeout

    /// The close code of the WebSocket (RFC 6455 §7.4.1); nil sends none, as the official server does.
    package var webSocketCode: UInt16? {
        switch self {
        case .messageTooLarge: 1009
        case .invalidUTF8: 1007
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
