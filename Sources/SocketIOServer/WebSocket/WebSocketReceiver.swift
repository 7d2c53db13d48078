import EngineIO

/// What the messages of a WebSocket go to.
protocol WebSocketReceiver: AnyObject {
    /// The largest message that may come now, in bytes.
    var messageLimit: Int { get }
    func received(text: [UInt8])
    func received(binary: [UInt8])
    /// Part of a message that is not whole.
    func receivedPart()
    /// False where the peer sends too many of them.
    func receivedControlFrame() -> Bool
    /// Whether what the peer has sent before its end is going to be read, although reading has stopped.
    var keepsUnread: Bool { get }
    func writabilityChanged()
    /// The WebSocket has ended, or has to.
    func close(_ reason: CloseReason)
}
