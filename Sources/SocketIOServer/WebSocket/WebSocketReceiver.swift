import EngineIO
import NIOCore

/// Takes the messages of a WebSocket.
protocol WebSocketReceiver: AnyObject {
    /// The largest message that may come now, in bytes.
    var messageLimit: Int { get }
    func received(text: [UInt8])
    func received(binary: [UInt8])
    /// Part of an unfinished message.
    func receivedPart()
    /// The next message costs as much as so many bytes more than it has.
    func receivedExcess(bytes: Int)
    /// Returns false if the peer sends too many of them.
    func receivedControlFrame() -> Bool
    /// Whether the messages that the peer sent before its end will still be read, although reading has stopped.
    var keepsUnread: Bool { get }
    func writabilityChanged()
    /// The WebSocket has ended, or has to end.
    func close(_ reason: CloseReason)
}

/// Answers each message of a WebSocket with another one, without a session.
final class WebSocketAnswerer: WebSocketReceiver {
    let messageLimit: Int
    private let socket: WebSocketHandler
    private let answer: @Sendable (EngineMessage) -> EngineMessage

    init(
        socket: WebSocketHandler, messageLimit: Int, answer: @escaping @Sendable (EngineMessage) -> EngineMessage
    ) {
        self.socket = socket
        self.messageLimit = messageLimit
        self.answer = answer
    }

    func received(text: [UInt8]) { send(answer(.text(text))) }
    func received(binary: [UInt8]) { send(answer(.binary(binary))) }
    func receivedPart() {}
    func receivedExcess(bytes: Int) {}
    func receivedControlFrame() -> Bool { true }
    var keepsUnread: Bool { false }
    func writabilityChanged() {}
    func close(_ reason: CloseReason) { socket.close(reason) }

    private func send(_ message: EngineMessage) {
        let packet =
            switch message {
            case .text(let bytes): EncodedPacket(enginePacket: bytes)
            case .binary(let bytes): EncodedPacket(binary: bytes)
            }
        _ = socket.write(packet)
        socket.flush()
    }
}
