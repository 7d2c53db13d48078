import Synchronization

/// Answers one event of a client that asked for it. Only the first answer is sent.
public final class Ack: Sendable {
    private let socket: Socket
    private let id: Int
    private let isUsed = Atomic(false)

    init(socket: Socket, id: Int) {
        self.socket = socket
        self.id = id
    }

    /// Sends the answer; each argument is a JSON text. Callable from anywhere.
    public func callAsFunction(_ arguments: [UInt8]...) { callAsFunction(arguments: arguments) }

    /// Sends the answer; each element is one argument, a JSON text. Callable from anywhere.
    ///
    /// - Parameter attachments: What `{"_placeholder":true,"num":n}` in the arguments stands for, by that number.
    public func callAsFunction(arguments: [[UInt8]], attachments: [[UInt8]] = []) {
        guard !isUsed.exchange(true, ordering: .relaxed) else { return }
        socket.sendAck(id: id, arguments: arguments, attachments: attachments)
    }
}
