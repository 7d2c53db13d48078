import NIOCore
import SocketIO

/// Sending, from anywhere.
extension Socket: EventEmitter {
    /// Sends an encoded event of this socket's namespace.
    public func emit(_ event: EncodedEvent) {
        guard namespace.recovery == nil else { return toItself.emit(event) }
        onLoop {
            if self.namespace.isOverheard { self.notifyOutgoing(event.packet) }
            self.connection?.send(event.packet, .event(namespace: self.namespace.tag, self.namespace.overflow))
        }
    }

    /// Calls `body` once, on the event loop and never before this returns, as soon as nothing waits for this client any
    /// more. If the client has left, that is soon.
    public func whenClear(_ body: @escaping @Sendable () -> Void) {
        onLoop {
            guard let connection = self.connection else { return self.eventLoop.execute(body) }
            // In a turn of its own, because a connection may become clear in the middle of a broadcast.
            let eventLoop = self.eventLoop
            let ticket = FlushTicket { eventLoop.execute(body) }
            connection.whenClear(ticket)
            self.namespace.server.flushes.after(ticket)
        }
    }

    /// Sends events that do not wait: if the client cannot take one at once, it is lost.
    public var volatile: BroadcastOperator { toItself.volatile }

    /// Whether events to this client may be compressed; see ``BroadcastOperator/compress(_:)``.
    public func compress(_ mayCompress: Bool) -> BroadcastOperator { toItself.compress(mayCompress) }

    private var toItself: BroadcastOperator { BroadcastOperator(namespace, rooms: [id]) }

    func sendAck(id: Int, _ answer: EventArguments) {
        let text = SocketPacketWriter.ack(
            id: id, arguments: answer.json, namespace: namespace.name, attachmentCount: answer.attachments.count)
        let packet = EncodedPacket(socketPacket: text, attachments: answer.attachments)
        onLoop { self.connection?.send(packet, .reply) }
    }
}

/// Rooms: names for groups of sockets. A room exists while somebody is in it. Callable from anywhere.
extension Socket {
    /// The rooms that this socket is in, including the one of its own id; none when it has left.
    public var rooms: Set<String> { namespace.rooms(of: id) }

    /// Joins rooms. Nothing happens if it is in them already.
    public func join(_ rooms: String...) { join(rooms) }

    /// Joins rooms. Nothing happens if it is in them already.
    public func join(_ rooms: some Sequence<String>) { namespace.join(id, Array(rooms)) }

    /// Leaves rooms. Nothing happens if it is not in them.
    public func leave(_ rooms: String...) { leave(rooms) }

    /// Leaves rooms. Nothing happens if it is not in them.
    public func leave(_ rooms: some Sequence<String>) { namespace.leave(id, Array(rooms)) }

    /// The sockets in these rooms, except this one; none if no room is named.
    public func to(_ rooms: String...) -> BroadcastOperator { broadcast.to(rooms) }

    /// The sockets in these rooms, except this one; none if the list is empty.
    public func to(_ rooms: some Sequence<String>) -> BroadcastOperator { broadcast.to(rooms) }

    /// All others of the namespace, except those in these rooms.
    public func except(_ rooms: String...) -> BroadcastOperator { broadcast.except(rooms) }

    /// All others of the namespace, except those in these rooms.
    public func except(_ rooms: some Sequence<String>) -> BroadcastOperator { broadcast.except(rooms) }

    /// All others of the namespace.
    public var broadcast: BroadcastOperator { BroadcastOperator(namespace, excepted: [id]) }
}
