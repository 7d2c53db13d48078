/// An event that a client sent, whole.
public struct ReceivedEvent: Sendable {
    /// What the client called it.
    public let name: String
    /// Each argument as the JSON text that the client wrote.
    public let arguments: [[UInt8]]
    /// The byte strings that `{"_placeholder":true,"num":n}` in the arguments stand for, by that number.
    public let attachments: [[UInt8]]
    /// Set where the client wants an answer.
    public let ack: Ack?

    /// The arguments with their attachments.
    public var content: EventArguments { EventArguments(json: arguments, attachments: attachments) }
}
