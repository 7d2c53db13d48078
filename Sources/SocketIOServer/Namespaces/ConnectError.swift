/// A refusal by a middleware. The client gets it as `connect_error`.
///
/// ```swift
/// io.use { socket in
///     guard let login = try? socket.handshake.decodeAuth(as: Login.self) else {
///         throw ConnectError(message: "who are you?", data: ["field": "name"])
///     }
/// }
/// ```
public struct ConnectError: Error, Sendable, Equatable {
    /// The client's `error.message`.
    public var message: String
    /// The client's `error.data` as a JSON text; nil if there is none.
    public var json: [UInt8]?

    /// A refusal with a message, and data that is a JSON text already.
    public init(message: String, json: [UInt8]? = nil) {
        self.message = message
        self.json = json
    }

    /// A refusal with a message, and data for the client's program.
    ///
    /// - Parameter data: anything with a JSON form. A value without one (`Data`, or a `Double` that is not finite) is
    ///   left out, because the refusal itself matters more.
    public init(message: String, data: some Encodable) {
        self.message = message
        guard let arguments = try? EventArguments(data), arguments.attachments.isEmpty else { return }
        json = arguments.json.first
    }

    /// The server has no such namespace. The words are the official server's.
    static let invalidNamespace = ConnectError(message: "Invalid namespace")
    /// The application did not decide within `connectTimeout`.
    static let timedOut = ConnectError(message: "timed out")
    /// The application failed for a reason that the client need not know.
    static let failed = ConnectError(message: "internal error")
}
