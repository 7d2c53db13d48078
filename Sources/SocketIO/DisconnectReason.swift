package import EngineIO

/// Why a socket left its namespace, in the official server's words.
public enum DisconnectReason: String, Sendable, Hashable, CaseIterable {
    /// The client left the namespace.
    case clientNamespaceDisconnect = "client namespace disconnect"
    /// The server made the socket leave the namespace.
    case serverNamespaceDisconnect = "server namespace disconnect"
    /// The server closed the connection.
    case forcedServerClose = "forced server close"
    case serverShuttingDown = "server shutting down"
    case pingTimeout = "ping timeout"
    /// The client closed the connection, or the network did.
    case transportClose = "transport close"
    case transportError = "transport error"
    /// The client sent an invalid packet.
    case parseError = "parse error"

    /// What the sockets of a session are told when the session ends.
    package init(_ reason: CloseReason) {
        self =
            switch reason {
            case .transportClose: .transportClose
            case .transportError, .invalidHeartbeatDirection, .messageTooLarge, .invalidUTF8, .webSocketViolation:
                .transportError
            case .pingTimeout: .pingTimeout
            case .parseError: .parseError
            case .connectTimeout, .forcedServerClose, .outboxOverflow, .inboundFlood, .messageTimeout:
                .forcedServerClose
            case .serverShuttingDown: .serverShuttingDown
            }
    }
}
