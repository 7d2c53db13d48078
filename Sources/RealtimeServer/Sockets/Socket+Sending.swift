import SocketIO

/// Sending, from anywhere.
extension Socket {
    /// Sends an event without arguments to this client.
    public func emit(_ event: String) { emit(event, EventArguments()) }

    /// Sends an event to this client.
    ///
    /// - Throws: ``ArgumentError`` where an argument has no JSON form; nothing has been sent then.
    public func emit<each Argument: Encodable>(
        _ event: String, _ arguments: repeat each Argument
    ) throws(ArgumentError) {
        emit(event, try EventArguments(repeat each arguments))
    }

    /// Sends an event to this client; each element is one argument, a JSON text.
    public func emit(_ event: String, json arguments: [[UInt8]]) { emit(event, EventArguments(json: arguments)) }

    /// Sends an event with arguments that are at hand.
    public func emit(_ event: String, _ arguments: EventArguments) {
        emit(EncodedEvent(event, arguments, namespace: namespace.name))
    }

    /// Sends an encoded event of this socket's namespace.
    public func emit(_ event: EncodedEvent) {
        guard namespace.recovery == nil else { return toItself.emit(event) }
        onLoop { self.connection?.send(event.packet, .event(namespace: self.namespace.tag, self.namespace.overflow)) }
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
