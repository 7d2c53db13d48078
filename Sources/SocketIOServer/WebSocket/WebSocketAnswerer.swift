import EngineIO
import NIOCore

/// Answers each message of a WebSocket with another one, without any session.
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
    func receivedControlFrame() -> Bool { true }
    var keepsUnread: Bool { false }
    func writabilityChanged() {}
    func close(_ reason: CloseReason) { socket.close(reason) }

    private func send(_ message: EngineMessage) {
        switch message {
        case .text(let bytes): socket.write(frame: WebSocketFrames.text(prefix: nil, bytes))
        case .binary(let bytes): socket.write(frame: WebSocketFrames.binary(ByteBuffer(bytes: bytes)))
        }
        socket.flush()
    }
}
