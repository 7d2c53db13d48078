import EngineIO

/// What the messages of a WebSocket go to.
protocol WebSocketReceiver: AnyObject {
    /// The largest message that may come now, in bytes.
    var messageLimit: Int { get }
    func received(text: [UInt8])
    func received(binary: [UInt8])
    /// False where the peer sends too many of them.
    func receivedControlFrame() -> Bool
    func writabilityChanged()
    /// The WebSocket has ended, or has to.
    func close(_ reason: CloseReason)
}
