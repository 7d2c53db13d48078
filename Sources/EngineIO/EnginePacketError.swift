/// Why bytes are no Engine.IO packet.
package enum EnginePacketError: Error, Equatable, Sendable {
    case empty
    case unknownType(UInt8)
    case invalidBase64
}
