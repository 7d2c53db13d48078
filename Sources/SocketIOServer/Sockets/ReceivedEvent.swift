import Synchronization

/// A complete event from a client. Middleware may change it; see ``Socket/use(_:)``.
public struct ReceivedEvent: Sendable {
    /// The event's name. The handlers of this name are called.
    public var name: String
    /// The name as the JSON text that the client wrote. It is set only if ``name`` cannot hold it, because a lone
    /// surrogate became U+FFFD there. See ``EncodedEvent/init(rawName:_:namespace:)``.
    public internal(set) var rawName: [UInt8]?
    /// Each argument as the JSON text that the client wrote.
    public var arguments: [[UInt8]]
    /// The byte strings that `{"_placeholder":true,"num":n}` in the arguments stand for, by that number.
    public var attachments: [[UInt8]]
    /// Set if the client wants an answer.
    public let ack: Ack?

    /// The bytes of its arguments and attachments.
    var byteCount: Int { attachments.reduce(arguments.reduce(0) { $0 + $1.count }) { $0 + $1.count } }
    var coding = ArgumentCoding()

    /// The arguments with their attachments.
    public var content: EventArguments {
        get {
            var content = EventArguments(json: arguments, attachments: attachments)
            content.coding = coding
            return content
        }
        set { (arguments, attachments) = (newValue.json, newValue.attachments) }
    }
}

/// An event that is sent to one client, for ``Socket/onAnyOutgoing(_:)``.
public struct OutgoingEvent: Sendable, Equatable {
    /// The event's name.
    public let name: String
    /// The arguments with their attachments, without the offset that the server adds for recovery.
    public let content: EventArguments
}

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

    /// Sends the answer. Each element is one argument as a JSON text. Callable from anywhere.
    public func callAsFunction(json: [[UInt8]]) { self(EventArguments(json: json)) }

    /// Encodes and sends the answer. Callable from anywhere.
    ///
    /// - Throws: ``ArgumentError``. Then nothing has been sent.
    public func callAsFunction<each Argument: Encodable>(
        encoding answer: repeat each Argument
    ) throws(ArgumentError) {
        self(try EventArguments(repeat each answer, coding: socket.namespace.coding))
    }
}

/// Why an awaited answer did not come.
public enum AckError: Error, Sendable, Equatable {
    /// The client did not answer in time.
    case timedOut
    /// The client has left, or was never there.
    case disconnected
    /// The event was not sent, because `ServerLimits.pendingAcks` events wait for this client's answer already.
    case tooMany(limit: Int)
    /// The task that waited was cancelled.
    case cancelled
    /// The event was not sent, because its name is reserved or an argument has no JSON form.
    case notEncodable(ArgumentError)
    /// The client's answer has another type than asked for.
    case unexpectedAnswer(ArgumentError)
}
