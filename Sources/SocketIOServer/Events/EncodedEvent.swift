import SocketIO

/// One event that is encoded once and can be sent to any number of sockets of its namespace.
public struct EncodedEvent: Sendable {
    /// The namespace whose sockets may get it. Its name is part of the bytes.
    public let namespace: String
    let packet: EncodedPacket

    /// Encodes an event.
    ///
    /// - Parameters:
    ///   - event: The name that clients listen to.
    ///   - arguments: Each one JSON text in UTF-8; they are sent byte for byte and not checked.
    ///   - attachments: Byte strings that `{"_placeholder":true,"num":n}` in the arguments stand for, by that number.
    ///   - namespace: The name of the namespace.
    /// - Throws: ``ArgumentError`` if the name is reserved. Every initializer checks this, so no such event is ever
    ///   sent.
    public init(
        event: String, arguments: [[UInt8]], attachments: [[UInt8]] = [], namespace: String = "/"
    ) throws(ArgumentError) {
        try ArgumentError.checkIsFree(event)
        self.init(unchecked: event, arguments: arguments, attachments: attachments, namespace: namespace)
    }

    /// Encodes an event whose name is a constant of this package, and so known not to be reserved.
    package init(unchecked event: String, arguments: [[UInt8]], attachments: [[UInt8]] = [], namespace: String = "/") {
        self.namespace = namespace
        let text = SocketPacketWriter.event(
            event, arguments: arguments, namespace: namespace, attachmentCount: attachments.count)
        packet = EncodedPacket(socketPacket: text, attachments: attachments)
    }

    /// Encodes an event from arguments that are encoded already.
    ///
    /// - Throws: ``ArgumentError`` if the name is reserved.
    public init(_ event: String, _ arguments: EventArguments, namespace: String = "/") throws(ArgumentError) {
        try self.init(
            event: event, arguments: arguments.json, attachments: arguments.attachments, namespace: namespace)
    }

    /// Encodes an event whose name is a JSON text already, such as ``ReceivedEvent/rawName`` when an event is passed
    /// on.
    ///
    /// - Throws: ``ArgumentError`` if the name is reserved, however it is escaped.
    public init(rawName: [UInt8], _ arguments: EventArguments, namespace: String = "/") throws(ArgumentError) {
        try ArgumentError.checkIsFree(rawName: rawName)
        self.namespace = namespace
        let text = SocketPacketWriter.event(
            rawName: rawName, arguments: arguments.json, namespace: namespace,
            attachmentCount: arguments.attachments.count)
        packet = EncodedPacket(socketPacket: text, attachments: arguments.attachments)
    }

    /// The bytes that each receiver gets.
    public var byteCount: Int { packet.byteCount }
}
