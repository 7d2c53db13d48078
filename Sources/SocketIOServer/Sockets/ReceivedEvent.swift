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
