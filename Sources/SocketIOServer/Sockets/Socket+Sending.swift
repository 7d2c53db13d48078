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
            connection.core.afterFlush(
                FlushTicket(connections: [connection]) { eventLoop.execute(body) })
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
