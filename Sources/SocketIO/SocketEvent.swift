/// An event as it came: its name, and each argument as the JSON text that the peer wrote.
package struct SocketEvent: Sendable, Equatable {
    package var name: String
    /// The name as the JSON text that the peer wrote, where a lone surrogate in it became U+FFFD in `name`.
    package var rawName: [UInt8]?
    package var arguments: [[UInt8]]
    /// Set where the peer wants an answer.
    package var ackID: Int?
    /// The byte strings that `{"_placeholder":true,"num":n}` in the arguments stand for.
    package var attachments: [[UInt8]]

    package init(name: String, arguments: [[UInt8]] = [], ackID: Int? = nil, attachments: [[UInt8]] = []) {
        self.name = name
        self.arguments = arguments
        self.ackID = ackID
        self.attachments = attachments
    }

    /// Names that the official client and server keep for themselves; a packet that uses one is refused.
    package static let reservedNames: Set<String> = [
        "connect", "connect_error", "disconnect", "disconnecting", "newListener", "removeListener",
    ]
}
