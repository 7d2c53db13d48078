import Hummingbird
public import HummingbirdCore
import Logging
public import NIOCore
import ServiceLifecycle

extension SocketIOServer {
    /// Serves a connection that another NIO server has accepted, in place of ``run()``: to be called from its child
    /// channel initializer, after handlers such as TLS. What lies outside the Socket.IO path goes to `http`.
    ///
    /// ```swift
    /// ServerBootstrap(group: io.eventLoop).childChannelInitializer { io.configure($0) }
    /// ```
    /// - Returns: Fails with ``AttachError`` where the channel is not on ``eventLoop``.
    public func configure(_ channel: any Channel) -> EventLoopFuture<Void> {
        let runner = HTTPConnectionRunner(http: http, logger: logger)
        return configure(channel) { connection in Task { await runner.run(connection) } }
    }

    func configure(
        _ channel: any Channel, handOver: @escaping @Sendable (HTTPConnection) -> Void
    ) -> EventLoopFuture<Void> {
        guard channel.eventLoop === eventLoop else { return channel.eventLoop.makeFailedFuture(AttachError.eventLoop) }
        return channel.eventLoop.submit {
            try Listener.configure(channel, core: self.attachedCore(), handOver: handOver)
        }
    }
}

/// Why a connection cannot be served.
public enum AttachError: Error, Sendable, Equatable, CustomStringConvertible {
    /// The other server runs on event loops that are not the Socket.IO server's.
    case eventLoop

    /// What is wrong and what to do.
    public var description: String {
        "the connection is not on the Socket.IO server's event loop: give its `eventLoop` to the other server as group"
    }
}

extension HTTPServerBuilder {
    /// Lets a Hummingbird application serve Socket.IO on its port, beside its router.
    ///
    /// ```swift
    /// let app = Application(
    ///     router: router, server: .socketIO(io), eventLoopGroupProvider: .shared(io.eventLoop))
    /// ```
    /// Sessions are closed when the application shuts down gracefully.
    public static func socketIO(_ io: SocketIOServer) -> HTTPServerBuilder {
        HTTPServerBuilder { responder in SocketIOChannel(io: io, http: HTTP1Channel(responder: responder)) }
    }
}

/// A connection of a Hummingbird server that speaks HTTP, Socket.IO, or one after the other.
struct SocketIOChannel: ServerChildChannel {
    struct Value: ServerChildChannelValue {
        let channel: any Channel
        /// At most one: it comes with the first request that is not Socket.IO's.
        let connections: AsyncStream<HTTPConnection>
    }

    let io: SocketIOServer
    let http: HTTP1Channel

    func setup(channel: any Channel, logger: Logger) -> EventLoopFuture<Value> {
        let (connections, sink) = AsyncStream.makeStream(of: HTTPConnection.self)
        channel.closeFuture.whenComplete { _ in sink.finish() }
        return io.configure(channel) { sink.yield($0) }.map { Value(channel: channel, connections: connections) }
    }

    func handle(value: Value, logger: Logger) async {
        await withGracefulShutdownHandler {
            for await connection in value.connections { await http.handle(value: connection, logger: logger) }
        } onGracefulShutdown: {
            io.shutDown()
        }
    }
}
