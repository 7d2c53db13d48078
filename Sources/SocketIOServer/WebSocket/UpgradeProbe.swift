import EngineIO

/// Receives for a session what comes over the WebSocket that probes.
final class UpgradeProbe: WebSocketReceiver {
    let socket: WebSocketHandler
    private let connection: ClientConnection

    init(socket: WebSocketHandler, connection: ClientConnection) {
        self.socket = socket
        self.connection = connection
    }

    var messageLimit: Int { connection.messageLimit }

    func received(text: [UInt8]) { connection.probeReceived(text) }
    func received(binary: [UInt8]) { connection.abandonProbe() }
    func receivedPart() { _ = connection.receivedControlFrame() }
    var keepsUnread: Bool { false }
    func receivedControlFrame() -> Bool { connection.receivedControlFrame() }
    func writabilityChanged() {}

    /// Whatever ends the probe, the session goes on over polling.
    func close(_ reason: CloseReason) { connection.abandonProbe() }
}
