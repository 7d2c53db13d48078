import Synchronization

/// An event that a client sent, whole. Middleware may change it; see ``Socket/use(_:)``.
public struct ReceivedEvent: Sendable {
    /// What the client called it: the handlers of this name are called.
    public var name: String
    /// The name as the JSON text that the client wrote, where ``name`` cannot hold it: a surrogate without its pair
    /// stands as U+FFFD there. See ``EncodedEvent/init(rawName:_:namespace:)``.
    public internal(set) var rawName: [UInt8]?
    /// Each argument as the JSON text that the client wrote.
    public var arguments: [[UInt8]]
    /// The byte strings that `{"_placeholder":true,"num":n}` in the arguments stand for, by that number.
    public var attachments: [[UInt8]]
    /// Set where the client wants an answer.
    public let ack: Ack?

    /// Bytes of its arguments and attachments.
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

/// An event that is sent to one client, as ``Socket/onAnyOutgoing(_:)`` tells it.
public struct OutgoingEvent: Sendable, Equatable {
    /// What the client listens to.
    public let name: String
    /// The arguments with their attachments, without what the server adds for recovery.
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

/// Why an awaited answer did not come.
public enum AckError: Error, Sendable, Equatable {
    /// The client did not answer in time.
    case timedOut
    /// The client has left, or was not there.
    case disconnected
    /// The event was not sent: as many as `ServerLimits.pendingAcks` says wait for this client's answer already.
    case tooMany(limit: Int)
    /// The task that waited was cancelled.
    case cancelled
    /// The event was not sent: its name is reserved, or an argument has no JSON form.
    case notEncodable(ArgumentError)
    /// The client answered with something else than what was asked for.
    case unexpectedAnswer(ArgumentError)
}
