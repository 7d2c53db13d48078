package import EngineIO

/// Why a socket left its namespace, in the official server's words where it has one.
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
    /// The client sent too many control frames, or more than may be held. What it sends too fast is otherwise read
    /// more slowly, which ends nothing.
    case inboundFlood = "inbound flood"
    /// None of the application's handlers ended within `ServerLimits.handlerTimeout`, while so many of the client's
    /// events waited for them that no more were read.
    case handlerTimeout = "handler timeout"
    /// The client read too slowly, and ``OverflowPolicy/disconnect`` let it go.
    case outboxOverflow = "outbox overflow"
    /// A message of the client, once begun, was not whole in time.
    case messageTimeout = "message timeout"

    /// What the sockets of a session are told when the session ends.
    package init(_ reason: CloseReason) {
        self =
            switch reason {
            case .transportClose: .transportClose
            case .transportError, .invalidHeartbeatDirection, .messageTooLarge, .invalidUTF8, .webSocketViolation:
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
