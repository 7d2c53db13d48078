public import Logging
public import NIOCore

/// What answers the requests outside the Socket.IO path.
///
/// The product `SocketIOHummingbird` makes one of a Hummingbird router. With NIO alone it is a handler that reads
/// `HTTPServerRequestPart` and writes `HTTPServerResponsePart`:
///
/// ```swift
/// let pages = HTTPService { channel, _ in
///     try channel.pipeline.syncOperations.addHandler(Pages())
///     return nil
/// }
/// let io = SocketIOServer(configuration, http: pages)
/// ```
public struct HTTPService: Sendable {
    /// What a connection's requests need beside its handlers: a task that reads and answers them, for example.
    ///
    /// It runs until it ends by itself, when the connection has closed; what is left of it when the server has ended is
    /// cancelled.
    public typealias Work = @Sendable () async -> Void

    /// Adds the handlers of one connection. Called on the event loop when the first of its requests outside the path
    /// has come, at most once for a connection. Where it throws the connection is closed.
    ///
    /// The handlers get one request at a time: the next one's head comes when the answer has been written up to its
    /// end. Where the answer ends is said by the server (RFC 9112 §6): a `content-length` stays, else it is sent in
    /// chunks. To a request that the client cuts off there comes no end, but `channelInactive` or an `inputClosed`.
    public typealias Opening = @Sendable (_ connection: any Channel, _ logger: Logger) throws -> Work?

    let open: Opening?

    /// Answers by handlers.
    public init(_ open: @escaping Opening) { self.open = open }

    private init() { open = nil }

    /// Answers everything with 404.
    public static let notFound = HTTPService()
}
