import EngineIO

/// The way a session's packets take: an open WebSocket, or one poll after another.
protocol SessionTransport: AnyObject {
    /// How many packets may be written before the next flush without piling up in the process.
    var room: Int { get }
    /// Whether an empty outbox does not mean that the peer has taken everything.
    var isBlocked: Bool { get }
    /// Whether the peer fetches packets when it likes: its slowness is no sign of a slow reader.
    var isFetched: Bool { get }
    func write(_ packet: EncodedPacket)
    func flush()
    /// Stops taking what the peer sends, be it here already, or goes on.
    func setReading(_ isReading: Bool)
    /// Makes room for the last packets before `close`.
    func beginClosing()
    /// Closes as the reason asks, and does nothing if closed already.
    func close(_ reason: CloseReason)
}
