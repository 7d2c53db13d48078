/// A middleware's refusal: the client gets it as `connect_error`.
public struct ConnectError: Error, Sendable, Equatable {
    /// What the client's `error.message` says.
    public var message: String
    /// What the client's `error.data` holds, as a JSON text.
    public var data: [UInt8]?

    /// A refusal with a message, and data where the client can use it.
    public init(message: String, data: [UInt8]? = nil) {
        self.message = message
        self.data = data
    }
}
