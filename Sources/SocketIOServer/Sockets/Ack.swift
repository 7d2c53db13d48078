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

    /// Sends the answer. Callable from anywhere.
    public func callAsFunction(_ answer: EventArguments) {
        guard !isUsed.exchange(true, ordering: .relaxed) else { return }
        socket.sendAck(id: id, answer)
    }

    /// Sends the answer; each element is one argument, a JSON text. Callable from anywhere.
    public func callAsFunction(json: [[UInt8]]) { self(EventArguments(json: json)) }

    /// Encodes and sends the answer. Callable from anywhere.
    ///
    /// - Throws: ``ArgumentError``; nothing has been sent then.
    public func callAsFunction<each Argument: Encodable>(
        encoding answer: repeat each Argument
    ) throws(ArgumentError) {
        self(try EventArguments(repeat each answer, coding: socket.namespace.coding))
    }
}
