import EngineIO
import NIOCore

/// The switch from polling to a WebSocket.
extension ClientConnection {
    /// A WebSocket with this session's id was opened.
    func upgrade(to socket: WebSocketHandler) {
        guard engine.upgradeRequested(now: core.now) else { return socket.close(.forcedServerClose) }
        let probe = UpgradeProbe(socket: socket, connection: self)
        self.probe = probe
        socket.receiver = probe
        schedule()
    }

    func probeReceived(_ text: [UInt8]) {
        guard let socket = probe?.socket, receivedControlFrame() else { return }
        switch engine.probeReceived(text) {
        case .ignore: break
        case .answer(let packet):
            _ = socket.write(EncodedPacket(enginePacket: packet.text))
            socket.flush()
            drain()
            polling?.answerWithNoop()
        case .complete: complete(socket)
        case .abandon: closeProbe()
        }
    }

    func abandonProbe() {
        _ = engine.probeEnded()
        closeProbe()
    }

    func closeProbe() {
        guard let socket = probe?.socket else { return }
        probe = nil
        socket.receiver = nil
        socket.close(.transportClose)
    }

    /// First the packets that polling has not sent, then those that wait. So nothing is lost or out of order.
    private func complete(_ socket: WebSocketHandler) {
        let rest = polling?.handOver() ?? []
        polling = nil
        probe = nil
        transport = socket
        socket.receiver = self
        socket.setReading(!isPaused)
        for part in rest { part.frame.forEach { socket.write(frame: $0) } }
        socket.flush()
        drain()
        schedule()
    }
}

/// Receives the messages of the WebSocket that probes.
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
    func receivedExcess(bytes: Int) { connection.receivedExcess(bytes: bytes) }
    var keepsUnread: Bool { false }
    func receivedControlFrame() -> Bool { connection.receivedControlFrame() }
    func writabilityChanged() {}

    /// However the probe ends, the session goes on over polling.
    func close(_ reason: CloseReason) { connection.abandonProbe() }
}
