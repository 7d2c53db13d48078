import NIOCore

/// Chooses sockets of a namespace by rooms and does something with all of them, each once.
///
/// ```swift
/// try io.to("red").to("blue").except("muted").emit("news", headline)
/// ```
/// A value: each step makes another one. A call affects the sockets that are in the rooms at that time. Callable from
/// anywhere.
public struct BroadcastOperator: EventEmitter {
    /// The namespace of the sockets.
    public let namespace: Namespace
    /// Nil if all sockets are meant.
    private var rooms: Set<String>?
    private var excepted: Set<String> = []
    private var isVolatile = false
    private var mayCompress = true

    init(_ namespace: Namespace, rooms: [String]? = nil, excepted: [String] = []) {
        self.namespace = namespace
        self.rooms = rooms.map { Set($0) }
        self.excepted = Set(excepted)
    }

    /// Adds the sockets in these rooms. Without a room, nobody is added: an empty list never means everybody, as it
    /// does on the official server.
    public func to(_ rooms: String...) -> BroadcastOperator { to(rooms) }

    /// Adds the sockets in these rooms. An empty list adds nobody.
    public func to(_ rooms: some Sequence<String>) -> BroadcastOperator {
        changed { $0.rooms = ($0.rooms ?? []).union(rooms) }
    }

    /// Leaves out the sockets in these rooms, whatever other rooms they are in.
    public func except(_ rooms: String...) -> BroadcastOperator { except(rooms) }

    /// Leaves out the sockets in these rooms, whatever other rooms they are in.
    public func except(_ rooms: some Sequence<String>) -> BroadcastOperator {
        changed { $0.excepted.formUnion(rooms) }
    }

    /// The event does not wait: clients that cannot take it at once, or are away, lose it.
    public var volatile: BroadcastOperator { changed { $0.isVolatile = true } }

    /// Whether the event may be compressed, if the transport can: an answer to a poll, or a WebSocket with
    /// ``MessageCompression``. By default it may. Data that is compressed already, such as a picture, is sent faster
    /// without.
    public func compress(_ mayCompress: Bool) -> BroadcastOperator { changed { $0.mayCompress = mayCompress } }

    /// Only the sockets connected to this server, for applications with several servers. This server does not know
    /// others yet, so it changes nothing.
    public var local: BroadcastOperator { self }

    /// Sends an encoded event of this namespace.
    public func emit(_ event: EncodedEvent) {
        var packet = event.packet
        packet.mayCompress = mayCompress
        let sent = packet
        // In the log for recovery an empty set of rooms would mean everybody.
        guard rooms != [] else { return }
        onLoop {
            if isVolatile {
                namespace.write(sent, .volatile, to: fetchSockets())
            } else {
                let packet = namespace.recorded(sent, rooms: rooms ?? [], except: excepted)
                let kind = Outbox.Kind.event(namespace: namespace.tag, namespace.overflow)
                namespace.write(packet, kind, to: fetchSockets(), heardAs: sent)
            }
        }
    }

    /// The sockets that are chosen now.
    public func fetchSockets() -> [Socket] { namespace.sockets(inAny: rooms, except: excepted) }

    /// Makes them join rooms.
    public func socketsJoin(_ rooms: String...) { socketsJoin(rooms) }

    /// Makes them join rooms.
    public func socketsJoin(_ rooms: some Sequence<String>) {
        let rooms = Array(rooms)
        for socket in fetchSockets() { socket.join(rooms) }
    }

    /// Makes them leave rooms.
    public func socketsLeave(_ rooms: String...) { socketsLeave(rooms) }

    /// Makes them leave rooms.
    public func socketsLeave(_ rooms: some Sequence<String>) {
        let rooms = Array(rooms)
        for socket in fetchSockets() { socket.leave(rooms) }
    }

    /// Makes them leave the namespace; with `close`, ends their connections.
    public func disconnectSockets(close: Bool = false) {
        for socket in fetchSockets() { socket.disconnect(close: close) }
    }

    private func changed(_ change: (inout BroadcastOperator) -> Void) -> BroadcastOperator {
        var changed = self
        change(&changed)
        return changed
    }

    private func onLoop(_ body: @escaping @Sendable () -> Void) {
        if namespace.eventLoop.inEventLoop { body() } else { namespace.eventLoop.execute(body) }
    }
}
