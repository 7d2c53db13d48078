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
    /// more; where it has left, soon.
    public func whenClear(_ body: @escaping @Sendable () -> Void) {
        onLoop {
            guard let connection = self.connection else { return self.eventLoop.execute(body) }
            // In a turn of its own: a connection may become clear amid a broadcast.
            let eventLoop = self.eventLoop
            self.namespace.server.flushes.after(FlushTicket(connections: [connection]) { eventLoop.execute(body) })
        }
    }

    /// Events that are lost rather than kept waiting where the client cannot take them at once.
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

/// Rooms: names under which sockets are reached together. A room is there while somebody is in it. Callable from
/// anywhere.
extension Socket {
    /// The rooms this socket is in, the one of its own id included; none when it has left.
    public var rooms: Set<String> { namespace.rooms(of: id) }

    /// Joins rooms; nothing happens where it is in them.
    public func join(_ rooms: String...) { join(rooms) }

    /// Joins rooms; nothing happens where it is in them.
    public func join(_ rooms: some Sequence<String>) { namespace.join(id, Array(rooms)) }

    /// Leaves rooms; nothing happens where it is not in them.
    public func leave(_ rooms: String...) { leave(rooms) }

    /// Leaves rooms; nothing happens where it is not in them.
    public func leave(_ rooms: some Sequence<String>) { namespace.leave(id, Array(rooms)) }

    /// Those in these rooms, without this socket; nobody where none is named.
    public func to(_ rooms: String...) -> BroadcastOperator { broadcast.to(rooms) }

    /// Those in these rooms, without this socket; nobody where the list is empty.
    public func to(_ rooms: some Sequence<String>) -> BroadcastOperator { broadcast.to(rooms) }

    /// All others of the namespace, without those in these rooms.
    public func except(_ rooms: String...) -> BroadcastOperator { broadcast.except(rooms) }

    /// All others of the namespace, without those in these rooms.
    public func except(_ rooms: some Sequence<String>) -> BroadcastOperator { broadcast.except(rooms) }

    /// All others of the namespace.
    public var broadcast: BroadcastOperator { BroadcastOperator(namespace, excepted: [id]) }
}
