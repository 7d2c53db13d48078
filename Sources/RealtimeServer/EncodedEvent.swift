import SocketIO

/// One event, encoded once, that can be sent to any number of sockets of its namespace.
public struct EncodedEvent: Sendable {
    /// The namespace whose sockets may get it: its name stands in the bytes.
    public let namespace: String
    let packet: EncodedPacket

    /// Encodes an event.
    ///
    /// - Parameters:
    ///   - event: The name that clients listen to.
    ///   - arguments: Each one JSON text in UTF-8; they are sent byte for byte and not checked.
    ///   - namespace: The name of the namespace.
    public init(event: String, arguments: [[UInt8]], namespace: String = "/") {
        self.namespace = namespace
        packet = EncodedPacket(
            socketPacket: SocketPacketWriter.event(event, arguments: arguments, namespace: namespace))
    }

    /// Bytes that each receiver is sent.
    public var byteCount: Int { packet.byteCount }
}
