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

    package static func decode(_ body: [UInt8], maxPackets: Int = 1024) throws(EnginePacketError) -> [EnginePacket] {
        var packets: [EnginePacket] = []
        var start = body.startIndex
        while true {
            let end = body[start...].firstIndex(of: separator) ?? body.endIndex
            guard packets.count < maxPackets else { throw .tooManyPackets(limit: maxPackets) }
            packets.append(try EnginePacket(text: body[start..<end]))
            guard end < body.endIndex else { return packets }
            start = end + 1
        }
    }
}
