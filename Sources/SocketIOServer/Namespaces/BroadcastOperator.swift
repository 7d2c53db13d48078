import NIOCore

/// Chooses sockets of a namespace by rooms and does something with all of them, each once.
///
/// ```swift
/// try io.to("red").to("blue").except("muted").emit("news", headline)
/// ```
/// A value: each step makes another one. What it does is done to those who are in the rooms when it is done. Callable
/// from anywhere.
public struct BroadcastOperator: EventEmitter {
    /// Where the sockets are.
    public let namespace: Namespace
    /// Nil where all sockets are meant.
    private var rooms: Set<String>?
    private var excepted: Set<String> = []
    private var isVolatile = false
    private var mayCompress = true

    init(_ namespace: Namespace, rooms: [String]? = nil, excepted: [String] = []) {
        self.namespace = namespace
        self.rooms = rooms.map { Set($0) }
        self.excepted = Set(excepted)
    }

    /// Those in these rooms too. Nobody is added where no room is named: an empty list never means everybody, as it
    /// does on the official server.
    public func to(_ rooms: String...) -> BroadcastOperator { to(rooms) }

    /// Those in these rooms too; nobody is added where the list is empty.
    public func to(_ rooms: some Sequence<String>) -> BroadcastOperator {
        changed { $0.rooms = ($0.rooms ?? []).union(rooms) }
    }

    /// Not those in these rooms, whatever else they are in.
    public func except(_ rooms: String...) -> BroadcastOperator { except(rooms) }

    /// Not those in these rooms, whatever else they are in.
    public func except(_ rooms: some Sequence<String>) -> BroadcastOperator {
        changed { $0.excepted.formUnion(rooms) }
    }

    /// The event is lost rather than kept waiting for those who cannot take it at once, and for those who are away.
    public var volatile: BroadcastOperator { changed { $0.isVolatile = true } }

    /// Whether the event may be compressed, on the ways that can (an answer to a poll); it is by default. What is
    /// compressed already, a picture for example, is sent faster without.
    public func compress(_ mayCompress: Bool) -> BroadcastOperator { changed { $0.mayCompress = mayCompress } }

    /// Those connected to this server, where several serve one application. This server knows no others yet: it is
    /// the same as without.
    public var local: BroadcastOperator { self }

    /// Sends an encoded event of this namespace.
    public func emit(_ event: EncodedEvent) {
        var packet = event.packet
        packet.mayCompress = mayCompress
        let sent = packet
        // For the log of recovery an empty set of rooms would mean everybody.
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

    /// The sockets that are meant now.
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
