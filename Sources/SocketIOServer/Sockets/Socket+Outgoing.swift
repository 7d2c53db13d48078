import JSONBytes
import NIOCore
import Synchronization

/// Listening to what is sent to one client, for example for logs and tests. Packets are decoded for this only if
/// somebody listens.
extension Socket {
    /// Calls the handler on the event loop for every event that is sent to this client, by its socket or by a
    /// broadcast, before it is written. Answers are not events.
    @discardableResult
    public func onAnyOutgoing(_ handler: @escaping @Sendable (OutgoingEvent) -> Void) -> SocketListener {
        listen(atFront: false, handler)
    }

    /// The same, before all handlers that were added so far.
    @discardableResult
    public func prependAnyOutgoing(_ handler: @escaping @Sendable (OutgoingEvent) -> Void) -> SocketListener {
        listen(atFront: true, handler)
    }

    /// Removes all handlers that ``onAnyOutgoing(_:)`` and ``prependAnyOutgoing(_:)`` added. Callable from anywhere.
    public func offAnyOutgoing() {
        onLoop {
            let listened = !self.state.value.listeners.outgoing.isEmpty
            self.state.value.listeners.removeOutgoing()
            self.outgoingListenersChanged(from: listened)
        }
    }

    private func listen(
        atFront: Bool, _ handler: @escaping @Sendable (OutgoingEvent) -> Void
    ) -> SocketListener {
        let listened = !state.value.listeners.outgoing.isEmpty
        let listener = state.value.listeners.addOutgoing(atFront: atFront, handler)
        outgoingListenersChanged(from: listened)
        return listener
    }

    /// Counted for the whole namespace, so that a broadcast has to check only one number.
    func outgoingListenersChanged(from listened: Bool) {
        switch (listened, !state.value.listeners.outgoing.isEmpty) {
        case (false, true): namespace.outgoingListeners.add(1, ordering: .relaxed)
        case (true, false): namespace.outgoingListeners.subtract(1, ordering: .relaxed)
        case (true, true), (false, false): break
        }
    }

    func notifyOutgoing(_ packet: EncodedPacket) {
        let entries = state.value.listeners.outgoing
        guard !entries.isEmpty, state.value.connection != nil, let event = OutgoingEvent(packet, namespace: namespace)
        else { return }
        for entry in entries { entry.handler(event) }
    }
}

extension Namespace {
    /// Whether any socket has such a handler.
    var isOverheard: Bool { outgoingListeners.load(ordering: .relaxed) > 0 }
}

extension OutgoingEvent {
    /// Decodes the packet of an event; nil for any other packet.
    init?(_ packet: EncodedPacket, namespace: Namespace) {
        var text: [UInt8] = []
        var attachments: [[UInt8]] = []
        for part in packet.parts {
            switch part {
            case .text(let bytes): text = Array(bytes.readableBytesView)
            case .binary(let bytes): attachments.append(Array(bytes.readableBytesView))
            }
        }
        // Skips the types of both layers, the number of attachments, the namespace, and the id of the answer.
        var rest = text.dropFirst(2)
        if !attachments.isEmpty { rest = rest.drop { $0 != UInt8(ascii: "-") }.dropFirst() }
        if namespace.name != "/" { rest = rest.dropFirst(namespace.name.utf8.count + 1) }
        let json = Array(rest.drop { $0 != UInt8(ascii: "[") })
        guard let elements = try? JSONScanner.elements(ofArray: json), let first = elements.first,
            let name = try? JSONValue(parsing: json[first]).string
        else { return nil }
        self.init(
            name: name,
            content: EventArguments(json: elements.dropFirst().map { Array(json[$0]) }, attachments: attachments))
    }
}
