import JSONBytes

/// Writes packets as text, without the Engine.IO type in front.
package enum SocketPacketWriter {
    /// CONNECT: `{"sid":…}`, and `"pid"` if the client may recover its connection.
    package static func connected(namespace: String, id: String, privateID: String? = nil) -> [UInt8] {
        let recovery = privateID.map { ",\"pid\":\"\($0)\"" } ?? ""
        return text(.connect, namespace: namespace) + Array("{\"sid\":\"\(id)\"\(recovery)}".utf8)
    }

    /// CONNECT_ERROR: `{"message":…}`, and `"data"` (raw JSON) if there is any.
    package static func connectError(namespace: String, message: String, data: [UInt8]? = nil) -> [UInt8] {
        var json = JSONWriter(reservingCapacity: 64 + (data?.count ?? 0))
        json.beginObject()
        json.key("message")
        json.string(message)
        if let data {
            json.key("data")
            json.raw(data)
        }
        json.endObject()
        return text(.connectError, namespace: namespace) + json.bytes
    }

    package static func disconnect(namespace: String) -> [UInt8] {
        text(.disconnect, namespace: namespace)
    }

    /// The text of an event. `arguments` are JSON texts and are written as they are.
    package static func event(
        _ name: String, arguments: [[UInt8]], namespace: String, ackID: Int? = nil, attachmentCount: Int = 0
    ) -> SocketPacketText {
        var json = JSONWriter(reservingCapacity: name.utf8.count + 8)
        json.string(name)
        return event(
            rawName: json.bytes, arguments: arguments, namespace: namespace, ackID: ackID,
            attachmentCount: attachmentCount)
    }

    /// The same, for a name that is a JSON text already.
    package static func event(
        rawName: [UInt8], arguments: [[UInt8]], namespace: String, ackID: Int? = nil, attachmentCount: Int = 0
    ) -> SocketPacketText {
        let type = attachmentCount > 0 ? SocketPacketType.binaryEvent : .event
        let header = text(type, attachmentCount, namespace: namespace, ackID: ackID)
        return SocketPacketText(header: header, elements: [rawName] + arguments)
    }

    package static func ack(
        id: Int, arguments: [[UInt8]], namespace: String, attachmentCount: Int = 0
    ) -> SocketPacketText {
        let type = attachmentCount > 0 ? SocketPacketType.binaryAck : .ack
        let header = text(type, attachmentCount, namespace: namespace, ackID: id)
        return SocketPacketText(header: header, elements: arguments)
    }

    private static func text(
        _ type: SocketPacketType, _ attachmentCount: Int = 0, namespace: String, ackID: Int? = nil
    ) -> [UInt8] {
        var packet = [type.rawValue]
        if attachmentCount > 0 { packet += Array("\(attachmentCount)-".utf8) }
        if namespace != "/" {
            packet += Array(namespace.utf8)
            packet.append(UInt8(ascii: ","))
        }
        if let ackID { packet += Array(String(ackID).utf8) }
        return packet
    }
}

/// The text of an event or an answer, as pieces. The sender writes them straight to their destination, so nothing is
/// copied twice.
package struct SocketPacketText: Sendable {
    private let header: [UInt8]
    /// JSON texts, the elements of one array.
    private let elements: [[UInt8]]
    package let byteCount: Int

    fileprivate init(header: [UInt8], elements: [[UInt8]]) {
        self.header = header
        self.elements = elements
        // Two brackets, and a comma between two elements.
        byteCount = elements.reduce(header.count + 2 + max(0, elements.count - 1)) { $0 + $1.count }
    }

    /// Gives the pieces in order.
    package func write(_ append: ([UInt8]) -> Void) {
        append(header)
        append(Self.opening)
        for (index, element) in elements.enumerated() {
            if index > 0 { append(Self.comma) }
            append(element)
        }
        append(Self.closing)
    }

    /// All pieces together.
    package var bytes: [UInt8] {
        var bytes: [UInt8] = []
        bytes.reserveCapacity(byteCount)
        write { bytes += $0 }
        return bytes
    }

    private static let opening = Array("[".utf8)
    private static let comma = Array(",".utf8)
    private static let closing = Array("]".utf8)
}
