import SocketIO

/// One registered handler, for ``Socket/off(_:)-(SocketListener)``.
public struct SocketListener: Sendable, Hashable {
    let id: Int
}

/// The handlers that an application has registered with one socket.
struct SocketListeners {
    typealias Handler = @Sendable (ReceivedEvent) throws -> Void

    struct Entry<Handler> {
        let listener: SocketListener
        let handler: Handler
        var isOnce = false
    }

    private(set) var events: [String: [Entry<Handler>]] = [:]
    private(set) var any: [Entry<Handler>] = []
    private(set) var unknown: [Entry<Handler>] = []
    private(set) var outgoing: [Entry<@Sendable (OutgoingEvent) -> Void>] = []
    var middleware: [Socket.EventMiddleware] = []
    var failed: [@Sendable (ReceivedEvent, any Error) -> Void] = []
    var disconnecting: [@Sendable (DisconnectReason) -> Void] = []
    var disconnected: [@Sendable (DisconnectReason) -> Void] = []
    var drained: [@Sendable () -> Void] = []
    private var lastID = 0

    // MARK: Adding

    mutating func add(_ event: String, isOnce: Bool = false, _ handler: @escaping Handler) -> SocketListener {
        let listener = next()
        events[event, default: []].append(Entry(listener: listener, handler: handler, isOnce: isOnce))
        return listener
    }

    mutating func addAny(atFront: Bool, _ handler: @escaping Handler) -> SocketListener {
        let listener = next()
        any.insert(Entry(listener: listener, handler: handler), at: atFront ? 0 : any.count)
        return listener
    }

    mutating func addUnknown(_ handler: @escaping Handler) -> SocketListener {
        let listener = next()
        unknown.append(Entry(listener: listener, handler: handler))
        return listener
    }

    mutating func addOutgoing(
        atFront: Bool, _ handler: @escaping @Sendable (OutgoingEvent) -> Void
    ) -> SocketListener {
        let listener = next()
        outgoing.insert(Entry(listener: listener, handler: handler), at: atFront ? 0 : outgoing.count)
        return listener
    }

    private mutating func next() -> SocketListener {
        lastID += 1
        return SocketListener(id: lastID)
    }

    // MARK: Removing

    mutating func remove(_ listener: SocketListener) {
        for (event, entries) in events where entries.contains(where: { $0.listener == listener }) {
            let rest = entries.filter { $0.listener != listener }
            events[event] = rest.isEmpty ? nil : rest
        }
        any.removeAll { $0.listener == listener }
        unknown.removeAll { $0.listener == listener }
        outgoing.removeAll { $0.listener == listener }
    }

    mutating func removeAll(_ event: String) { events[event] = nil }

    mutating func removeAny() { any = [] }

    mutating func removeOutgoing() { outgoing = [] }

    /// The handlers for an event's name. Handlers for a single event are removed by this.
    mutating func take(_ event: String) -> [Entry<Handler>]? {
        guard let entries = events[event] else { return nil }
        if entries.contains(where: \.isOnce) {
            let rest = entries.filter { !$0.isOnce }
            events[event] = rest.isEmpty ? nil : rest
        }
        return entries
    }
}
