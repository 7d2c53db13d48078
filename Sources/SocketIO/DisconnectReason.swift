package import EngineIO

/// Why a socket left its namespace, in the official server's words if it has any.
public enum DisconnectReason: String, Sendable, Hashable, CaseIterable {
    /// The client left the namespace.
    case clientNamespaceDisconnect = "client namespace disconnect"
    /// The server made the socket leave the namespace.
    case serverNamespaceDisconnect = "server namespace disconnect"
    /// The server closed the connection.
    case forcedServerClose = "forced server close"
    case serverShuttingDown = "server shutting down"
    case pingTimeout = "ping timeout"
    /// The client closed the connection, or the network broke it.
    case transportClose = "transport close"
    case transportError = "transport error"
    /// The client sent an invalid packet.
    case parseError = "parse error"
    /// The client sent too many control frames, or more than the server may hold. In other cases the server only reads
    /// more slowly from a client that sends too fast.
    case inboundFlood = "inbound flood"
    /// So many of the client's events waited for the application's handlers that the server stopped reading, and no
    /// handler ended within `ServerLimits.handlerTimeout`.
    case handlerTimeout = "handler timeout"
    /// The client read too slowly, and ``OverflowPolicy/disconnect`` let it go.
    case outboxOverflow = "outbox overflow"
    /// The client began a message and did not complete it in time.
    case messageTimeout = "message timeout"

    /// The reason that the sockets of a session get when the session ends.
    package init(_ reason: CloseReason) {
        self =
            switch reason {
            case .transportClose: .transportClose
            case .transportError, .invalidHeartbeatDirection, .messageTooLarge, .invalidUTF8, .invalidCompression,
                .webSocketViolation:
                .transportError
            case .pingTimeout: .pingTimeout
            case .parseError: .parseError
            case .connectTimeout, .forcedServerClose: .forcedServerClose
            case .inboundFlood: .inboundFlood
            case .handlerTimeout: .handlerTimeout
            case .outboxOverflow: .outboxOverflow
            case .messageTimeout: .messageTimeout
            case .serverShuttingDown: .serverShuttingDown
            }
    }
}
