import JSONBytes

/// Turns the messages of one connection into packets. A packet with attachments takes several messages.
package struct SocketPacketReader: Sendable {
    /// More attachments end the connection, as in the official server.
    package static let maxAttachments = 10
    /// How deep an argument may nest by default. Deeper nesting ends the connection.
    package static let defaultMaxDepth = 512

    private enum State {
        case idle
        case collecting(SocketPacket, missing: Int)
    }

    private var state: State = .idle
    /// Bytes held of a packet whose attachments have not all come; 0 if there is none.
    package private(set) var heldBytes = 0
    /// The depth of a whole payload: its arguments are inside an array.
    private let maxDepth: Int

    package init(maxDepth: Int = defaultMaxDepth) { self.maxDepth = maxDepth + 1 }

    /// Takes a text message. Returns nil while attachments are missing.
    package mutating func receive(text: [UInt8]) throws(SocketPacketError) -> SocketPacket? {
        guard case .idle = state else { throw .attachmentExpected }
        let header = try SocketPacketHeader(text)
        guard header.attachmentCount <= Self.maxAttachments else {
            throw .tooManyAttachments(limit: Self.maxAttachments)
        }
        let packet = try packet(header)
        guard header.attachmentCount > 0 else { return packet }
        state = .collecting(packet, missing: header.attachmentCount)
        heldBytes = text.count
        return nil
    }

    /// Takes a binary message. Returns the packet once its last attachment has come.
    package mutating func receive(binary: [UInt8]) throws(SocketPacketError) -> SocketPacket? {
        guard case .collecting(let packet, let missing) = state else { throw .unexpectedAttachment }
        let grown = packet.appending(attachment: binary)
        state = missing > 1 ? .collecting(grown, missing: missing - 1) : .idle
        heldBytes = missing > 1 ? heldBytes + binary.count : 0
        return missing > 1 ? nil : grown
    }

    /// The packet whose attachments are missing.
    package var collected: SocketPacket? {
        if case .collecting(let packet, _) = state { packet } else { nil }
    }

    private func packet(_ header: SocketPacketHeader) throws(SocketPacketError) -> SocketPacket {
        let payload = Array(header.payload)
        switch header.type {
        case .connect:
            guard !payload.isEmpty else { return .connect(namespace: header.namespace, payload: nil) }
            guard try parse(payload).isObject else { throw .payloadNotObject }
            return .connect(namespace: header.namespace, payload: payload)
        case .disconnect:
            guard payload.isEmpty else { throw .unexpectedPayload }
            return .disconnect(namespace: header.namespace)
        case .connectError:
            _ = try parse(payload)
            return .connectError(namespace: header.namespace, payload: payload)
        case .event, .binaryEvent:
            return .event(namespace: header.namespace, try event(header, payload))
        case .ack, .binaryAck:
            guard let id = header.ackID else { throw .missingAckID }
            let arguments = try elements(payload)
            try checkPlaceholders(payload, header)
            return .ack(namespace: header.namespace, id: id, arguments: arguments, attachments: [])
        }
    }

    private func event(
        _ header: SocketPacketHeader, _ payload: [UInt8]
    ) throws(SocketPacketError) -> SocketEvent {
        var arguments = try elements(payload)
        guard !arguments.isEmpty else { throw .invalidEventName }
        let rawName = arguments.removeFirst()
        let name: String
        switch try parse(rawName) {
        case .string(let text): name = text
        case .number: name = String(decoding: rawName, as: UTF8.self)
        case .null, .bool, .array, .object: throw .invalidEventName
        }
        guard !SocketEvent.reservedNames.contains(name) else { throw .reservedEventName(name) }
        try checkPlaceholders(payload, header)
        var event = SocketEvent(name: name, arguments: arguments, ackID: header.ackID)
        // Only a lone surrogate makes the decoded text differ from what the peer wrote.
        if name.unicodeScalars.contains("\u{fffd}") { event.rawName = rawName }
        return event
    }

    private func parse(_ bytes: [UInt8]) throws(SocketPacketError) -> JSONValue {
        guard !bytes.isEmpty else { throw .missingPayload }
        do {
            return try JSONValue(parsing: bytes, maxDepth: maxDepth, allowsLoneSurrogates: true)
        } catch {
            throw .invalidJSON(error)
        }
    }

    private func elements(_ payload: [UInt8]) throws(SocketPacketError) -> [[UInt8]] {
        guard !payload.isEmpty else { throw .missingPayload }
        do {
            let ranges = try JSONScanner.elements(ofArray: payload, maxDepth: maxDepth, allowsLoneSurrogates: true)
            return ranges.map { Array(payload[$0]) }
        } catch {
            throw .invalidJSON(error)
        }
    }

    private func checkPlaceholders(
        _ payload: [UInt8], _ header: SocketPacketHeader
    ) throws(SocketPacketError) {
        guard header.type == .binaryEvent || header.type == .binaryAck else { return }
        guard try parse(payload).placeholders(areBelow: header.attachmentCount) else { throw .invalidPlaceholder }
    }
}

extension SocketPacket {
    fileprivate func appending(attachment: [UInt8]) -> SocketPacket {
        switch self {
        case .event(let namespace, var event):
            event.attachments.append(attachment)
            return .event(namespace: namespace, event)
        case .ack(let namespace, let id, let arguments, let attachments):
            return .ack(namespace: namespace, id: id, arguments: arguments, attachments: attachments + [attachment])
        case .connect, .disconnect, .connectError:
            return self
        }
    }
}

extension JSONValue {
    fileprivate var isObject: Bool {
        if case .object = self { true } else { false }
    }

    /// Whether every placeholder points at an announced attachment.
    fileprivate func placeholders(areBelow count: Int) -> Bool {
        switch self {
        case .null, .bool, .number, .string: return true
        case .array(let elements): return elements.allSatisfy { $0.placeholders(areBelow: count) }
        case .object(let members):
            if members["_placeholder"] == .bool(true) {
                guard case .number(let index)? = members["num"] else { return false }
                return index >= 0 && index < Double(count) && index == index.rounded()
            }
            return members.values.allSatisfy { $0.placeholders(areBelow: count) }
        }
    }
}
