public import Logging
public import NIOCore

/// Answers the requests outside the Socket.IO path.
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
    /// Work that a connection's requests need beside its handlers, such as a task that reads and answers them.
    ///
    /// It should end by itself when the connection has closed. If it still runs when the server has ended, it is
    /// cancelled.
    public typealias Work = @Sendable () async -> Void

    /// Adds the handlers of one connection. Called on the event loop when the first of its requests outside the path
    /// has come, at most once for a connection. If it throws, the connection is closed.
    ///
    /// The handlers get one request at a time: the next head comes when the whole answer has been written. The server
    /// shows where the answer ends (RFC 9112 §6): it keeps a `content-length`, and sends other answers in chunks. A
    /// request that the client cuts off gets no end, but `channelInactive` or an `inputClosed`.
    public typealias Opening = @Sendable (_ connection: any Channel, _ logger: Logger) throws -> Work?

    let open: Opening?

    /// Answers by handlers.
    public init(_ open: @escaping Opening) { self.open = open }

    private init() { open = nil }

    /// Answers everything with 404.
    public static let notFound = HTTPService()
}
