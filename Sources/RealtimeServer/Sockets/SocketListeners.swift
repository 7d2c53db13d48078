import SocketIO

/// What an application has registered with one socket.
struct SocketListeners {
    var events: [String: [@Sendable (ReceivedEvent) -> Void]] = [:]
    var any: [@Sendable (ReceivedEvent) -> Void] = []
    var unknown: [@Sendable (ReceivedEvent) -> Void] = []
    var middleware: [Socket.EventMiddleware] = []
    var failed: [@Sendable (ReceivedEvent, any Error) -> Void] = []
    var disconnecting: [@Sendable (DisconnectReason) -> Void] = []
    var disconnected: [@Sendable (DisconnectReason) -> Void] = []
    var drained: [@Sendable () -> Void] = []
}
