import JSONBytes

/// Writes packets as text, without the Engine.IO type before them.
package enum SocketPacketWriter {
    /// CONNECT: `{"sid":…}`, and `"pid"` where the client may recover its connection.
    package static func connected(namespace: String, id: String, privateID: String? = nil) -> [UInt8] {
        let recovery = privateID.map { ",\"pid\":\"\($0)\"" } ?? ""
        return text(.connect, namespace: namespace) + Array("{\"sid\":\"\(id)\"\(recovery)}".utf8)
    }

    /// CONNECT_ERROR: `{"message":…}`, and `"data"` where there is some (raw JSON).
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

    /// The text of an event; `arguments` are JSON texts, taken as they are.
    package static func event(
        _ name: String, arguments: [[UInt8]], namespace: String, ackID: Int? = nil, attachmentCount: Int = 0
    ) -> [UInt8] {
        var json = JSONWriter(reservingCapacity: name.utf8.count + 8)
        json.string(name)
        return event(
            rawName: json.bytes, arguments: arguments, namespace: namespace, ackID: ackID,
            attachmentCount: attachmentCount)
    }

    /// The same with the name as a JSON text.
    package static func event(
        rawName: [UInt8], arguments: [[UInt8]], namespace: String, ackID: Int? = nil, attachmentCount: Int = 0
    ) -> [UInt8] {
        var packet = text(
            attachmentCount > 0 ? .binaryEvent : .event, attachmentCount, namespace: namespace, ackID: ackID)
        packet.reserveCapacity(packet.count + arguments.reduce(rawName.count + 8) { $0 + $1.count + 1 })
        packet.append(UInt8(ascii: "["))
        packet += rawName
        for argument in arguments {
            packet.append(UInt8(ascii: ","))
            packet += argument
        }
        packet.append(UInt8(ascii: "]"))
        return packet
    }

    package static func ack(
        id: Int, arguments: [[UInt8]], namespace: String, attachmentCount: Int = 0
    ) -> [UInt8] {
        var packet = text(attachmentCount > 0 ? .binaryAck : .ack, attachmentCount, namespace: namespace, ackID: id)
        packet.append(UInt8(ascii: "["))
        for (index, argument) in arguments.enumerated() {
            if index > 0 { packet.append(UInt8(ascii: ",")) }
            packet += argument
        }
        packet.append(UInt8(ascii: "]"))
        return packet
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
