/// The packet types of Socket.IO v5 by the digit that begins a packet (§Packet types).
package enum SocketPacketType: UInt8, Sendable, CaseIterable {
    case connect = 0x30
    case disconnect
    case event
    case ack
    case connectError
    case binaryEvent
    case binaryAck
}
