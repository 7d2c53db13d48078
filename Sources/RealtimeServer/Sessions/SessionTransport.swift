import EngineIO

/// The way a session's packets take: an open WebSocket; later also a waiting poll.
protocol SessionTransport: AnyObject {
    /// Whether more may be written without piling up in the process.
    var isWritable: Bool { get }
    func write(_ packet: EncodedPacket)
    func flush()
    /// Closes as the reason asks, and does nothing if closed already.
    func close(_ reason: CloseReason)
}
