/// Several packets in one polling body, separated by 0x1e (Engine.IO v4 §Packet encoding, HTTP long-polling).
package enum EnginePayload {
    /// The client for Python refuses a response with more packets, and disconnects.
    package static let maxPacketsPerResponse = 16

    private static let separator: UInt8 = 0x1e

    package static func encode(_ packets: [EnginePacket]) -> [UInt8] {
        var bytes: [UInt8] = []
        for (index, packet) in packets.enumerated() {
            if index > 0 { bytes.append(separator) }
            bytes += packet.text
        }
        return bytes
    }

    package static func decode(_ body: [UInt8]) throws(EnginePacketError) -> [EnginePacket] {
        var reader = Reader(body)
        var packets: [EnginePacket] = []
        while let packet = try reader.next() { packets.append(packet) }
        return packets
    }

    /// Reads one packet at a time, so that a body with many packets needs no memory beside its own.
    package struct Reader: Sendable {
        private let body: [UInt8]
        /// Nil after the last packet.
        private var start: Int? = 0

        package init(_ body: [UInt8]) { self.body = body }

        package mutating func next() throws(EnginePacketError) -> EnginePacket? {
            guard let start else { return nil }
            let end = body[start...].firstIndex(of: separator)
            self.start = end.map { $0 + 1 }
            return try EnginePacket(text: body[start..<(end ?? body.endIndex)])
        }
    }
}

/// Base64 with the standard alphabet and padding (RFC 4648 §4). The decoder also accepts missing padding, as Node does.
package enum Base64 {
    private static let alphabet = Array("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/".utf8)

    private static let values: [UInt8] = {
        var table = [UInt8](repeating: 0xff, count: 256)
        for (value, character) in alphabet.enumerated() { table[Int(character)] = UInt8(value) }
        return table
    }()

    package static func encode(_ bytes: some Collection<UInt8>) -> [UInt8] {
        var text: [UInt8] = []
        text.reserveCapacity((bytes.count + 2) / 3 * 4)
        var group: UInt32 = 0
        var filled = 0
        for byte in bytes {
            group = group << 8 | UInt32(byte)
            filled += 1
            if filled == 3 {
                append(group, characters: 4, to: &text)
                (group, filled) = (0, 0)
            }
        }
        if filled > 0 {
            append(group << UInt32(8 * (3 - filled)), characters: filled + 1, to: &text)
            text.append(contentsOf: repeatElement(UInt8(ascii: "="), count: 3 - filled))
        }
        return text
    }

    /// The bytes; nil if the text has a foreign character, padding in the middle, or an impossible length.
    package static func decode(_ text: some Collection<UInt8>) -> [UInt8]? {
        var bytes: [UInt8] = []
        bytes.reserveCapacity(text.count / 4 * 3)
        var group: UInt32 = 0
        var filled = 0
        var padding = 0
        for character in text {
            if character == UInt8(ascii: "=") {
                padding += 1
                continue
            }
            let value = values[Int(character)]
            guard value != 0xff, padding == 0 else { return nil }
            group = group << 6 | UInt32(value)
            filled += 1
            if filled == 4 {
                bytes += [UInt8(truncatingIfNeeded: group >> 16), UInt8(truncatingIfNeeded: group >> 8)]
                bytes.append(UInt8(truncatingIfNeeded: group))
                (group, filled) = (0, 0)
            }
        }
        switch (filled, padding) {
        case (0, 0): return bytes
        case (2, 0), (2, 2): return bytes + [UInt8(truncatingIfNeeded: group >> 4)]
        case (3, 0), (3, 1):
            return bytes + [UInt8(truncatingIfNeeded: group >> 10), UInt8(truncatingIfNeeded: group >> 2)]
        default: return nil
        }
    }

    private static func append(_ group: UInt32, characters: Int, to text: inout [UInt8]) {
        for index in 0..<characters {
            text.append(alphabet[Int(group >> UInt32(18 - 6 * index) & 0x3f)])
        }
    }
}
