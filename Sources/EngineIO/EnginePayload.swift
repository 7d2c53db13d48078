/// Several packets in one polling body, separated by 0x1e (Engine.IO v4 §Packet encoding, HTTP long-polling).
package enum EnginePayload {
    /// Python's client refuses a poll response with more packets and drops off.
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

    /// Reads one packet after another, so that a body of many costs no more than itself.
    package struct Reader: Sendable {
        private let body: [UInt8]
        /// Nil behind the last packet.
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
