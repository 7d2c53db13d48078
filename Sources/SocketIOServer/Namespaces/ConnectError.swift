/// A middleware's refusal: the client gets it as `connect_error`.
///
/// ```swift
/// io.use { socket in
///     guard let login = try? socket.handshake.decodeAuth(as: Login.self) else {
///         throw ConnectError(message: "who are you?", data: ["field": "name"])
///     }
/// }
/// ```
public struct ConnectError: Error, Sendable, Equatable {
    /// What the client's `error.message` says.
    public var message: String
    /// What the client's `error.data` holds, as a JSON text; nil where it holds nothing.
    public var json: [UInt8]?

    /// A refusal with a message, and data that is a JSON text already.
    public init(message: String, json: [UInt8]? = nil) {
        self.message = message
        self.json = json
    }

    /// A refusal with a message, and data for the client's program.
    ///
    /// - Parameter data: Anything with a JSON form. What has none (a `Double` that is not finite, `Data`) is left out:
    ///   the refusal is worth more than what explains it.
    public init(message: String, data: some Encodable) {
        self.message = message
        guard let arguments = try? EventArguments(data), arguments.attachments.isEmpty else { return }
        json = arguments.json.first
    }

    /// A name that is none of this server's, in the official server's words.
    static let invalidNamespace = ConnectError(message: "Invalid namespace")
    /// The application has not decided within `connectTimeout`.
    static let timedOut = ConnectError(message: "timed out")
    /// The application failed for a reason of its own, which is not the client's to know.
    static let failed = ConnectError(message: "internal error")
}
