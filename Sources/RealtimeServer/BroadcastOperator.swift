import NIOCore

/// Chooses sockets of a namespace by rooms and does something with all of them, each once.
///
/// ```swift
/// io.to("red").to("blue").except("muted").emit("news", Array("1".utf8))
/// ```
/// A value: each step makes another one. What it does is done to those who are in the rooms when it is done.
public struct BroadcastOperator: Sendable {
    let namespace: Namespace
    private var rooms: Set<String> = []
    private var excepted: Set<String> = []

    init(_ namespace: Namespace, rooms: [String] = [], excepted: [String] = []) {
        self.namespace = namespace
        self.rooms = Set(rooms)
        self.excepted = Set(excepted)
    }

    /// Those in these rooms too; without any room, all sockets of the namespace are meant.
    public func to(_ rooms: String...) -> BroadcastOperator { changed { $0.rooms.formUnion(rooms) } }

    /// Not those in these rooms, whatever else they are in.
    public func except(_ rooms: String...) -> BroadcastOperator { changed { $0.excepted.formUnion(rooms) } }

    /// Sends an event; each argument is a JSON text. Callable from anywhere.
    public func emit(_ event: String, _ arguments: [UInt8]...) {
        emit(EncodedEvent(event: event, arguments: arguments, namespace: namespace.name))
    }

    /// Sends an encoded event of this namespace. Callable from anywhere.
    public func emit(_ event: EncodedEvent) { onLoop { namespace.broadcast(event, to: fetchSockets()) } }

    /// The sockets that are meant now. Only on the event loop.
    public func fetchSockets() -> [Socket] { namespace.sockets(inAny: rooms, except: excepted) }

    /// Makes them join rooms. Callable from anywhere.
    public func socketsJoin(_ rooms: String...) {
        onLoop { for socket in fetchSockets() { socket.join(rooms) } }
    }

    /// Makes them leave rooms. Callable from anywhere.
    public func socketsLeave(_ rooms: String...) {
        onLoop { for socket in fetchSockets() { socket.leave(rooms) } }
    }

    /// Makes them leave the namespace; with `close`, ends their connections. Callable from anywhere.
    public func disconnectSockets(close: Bool = false) {
        onLoop { for socket in fetchSockets() { socket.disconnect(close: close) } }
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
