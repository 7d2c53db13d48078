/// One whole Socket.IO v5 packet, its attachments included.
package enum SocketPacket: Sendable, Equatable {
    case connect(namespace: String, payload: [UInt8]?)
    case disconnect(namespace: String)
    case event(namespace: String, SocketEvent)
    case ack(namespace: String, id: Int, arguments: [[UInt8]], attachments: [[UInt8]])
    case connectError(namespace: String, payload: [UInt8])
}
