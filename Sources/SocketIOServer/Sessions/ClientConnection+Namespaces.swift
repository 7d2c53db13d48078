import EngineIO
import NIOCore
import SocketIO

/// Performs what the session's machines decide, and lets the client into namespaces and out of them.
extension ClientConnection {
    func perform(_ action: EngineSession.ReceiveAction) {
        switch action {
        case .ignore: schedule()
        case .deliver(let text):
            if let answer = core.configuration.answerMessage { return reply(answer(.text(text))) }
            let namespaces = core.namespaces
            perform(client.receive(text: text) { namespaces.mayExist($0) })
            noteUnfinished()
        case .deliverBinary(let bytes):
            if let answer = core.configuration.answerMessage { return reply(answer(.binary(bytes))) }
            perform(client.receive(binary: bytes))
            noteUnfinished()
        case .close(let reason):
            if reason == .parseError { core.violated(.malformedPacket, address: remoteAddress) }
            close(reason)
        }
    }

    private func reply(_ message: EngineMessage) {
        switch message {
        case .text(let text): send(EncodedPacket(socketPacket: text), .reply)
        case .binary(let bytes): send(EncodedPacket(binary: bytes), .reply)
        }
    }

    private func perform(_ action: ClientSession.ReceiveAction) {
        switch action {
        case .nothing: break
        case .authorize(let name, let auth): authorize(name, auth)
        case .refuseUnknown(let name): refuse(name, .invalidNamespace)
        case .event(let name, let event): sockets[name]?.received(event)
        case .acknowledged(let name, let id, let arguments, let attachments):
            var answer = EventArguments(json: arguments, attachments: attachments)
            answer.coding = core.configuration.coding
            sockets[name]?.acknowledged(id: id, answer)
        case .left(let name):
            if let socket = sockets.removeValue(forKey: name) { left(socket, .clientNamespaceDisconnect) }
        case .close(let violation):
            core.violated(Violation(violation), String(describing: violation), address: remoteAddress)
            // No answer tells the client, but its next polls do.
            polling?.isSentAway = true
            close(.parseError)
        }
    }

    private func authorize(_ name: String, _ auth: [UInt8]?) {
        var handshake = handshake
        handshake.auth = auth
        let arrival = Arrival(at: name, handshake, core) { self.decided(name, $0) }
        arrivals[name] = arrival
        arrival.begin()
    }

    private func decided(_ name: String, _ outcome: Arrival.Outcome) {
        arrivals[name] = nil
        noteUnfinished()
        switch outcome {
        case .joined(let socket, let parent, let rooms, let missed):
            accept(socket, through: parent, rooms, missed: missed)
        case .refused(let error):
            _ = client.leave(namespace: name)
            refuse(name, error)
        }
    }

    private func accept(
        _ socket: Socket, through parent: ParentNamespace?, _ rooms: Set<String>, missed: [EncodedPacket]
    ) {
        let namespace = socket.namespace
        guard !isFinished, client.accept(namespace: namespace.name, id: socket.id) else { return }
        core.joined(self)
        sockets[namespace.name] = socket
        for packet in missed { send(packet, .reply) }
        let connected = SocketPacketWriter.connected(
            namespace: namespace.name, id: socket.id, privateID: socket.privateID)
        send(EncodedPacket(socketPacket: connected), .control)
        socket.joined(self, rooms: rooms, through: parent)
    }

    func left(_ socket: Socket, _ reason: DisconnectReason) {
        socket.left(reason)
        release(socket.namespace)
    }

    /// Removes a namespace that was made for its clients, if none is left.
    private func release(_ namespace: Namespace) { core.namespaces.releaseIfEmpty(namespace) }

    private func refuse(_ name: String, _ error: ConnectError) {
        let text = SocketPacketWriter.connectError(namespace: name, message: error.message, data: error.json)
        send(EncodedPacket(socketPacket: text), .reply)
    }

    func disconnect(_ namespace: String) {
        guard client.leave(namespace: namespace), let socket = sockets.removeValue(forKey: namespace) else { return }
        send(EncodedPacket(socketPacket: SocketPacketWriter.disconnect(namespace: namespace)), .control)
        left(socket, .serverNamespaceDisconnect)
    }

    func disconnectAll() {
        for namespace in sockets.keys.sorted() { disconnect(namespace) }
        close(.forcedServerClose)
    }
}
