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
    /// - Parameter secure: What ``Handshake/secure`` says: whether the connection is encrypted, here or by a proxy.
    /// - Returns: Fails with ``AttachError`` where the channel is not on ``eventLoop``.
    public func configure(_ channel: any Channel, secure: Bool = false) -> EventLoopFuture<Void> {
        let runner = HTTPConnectionRunner(http: http, logger: logger)
        return configure(channel, secure: secure) { connection in Task { await runner.run(connection) } }
    }

    func configure(
        _ channel: any Channel, secure: Bool, handOver: @escaping @Sendable (HTTPConnection) -> Void
    ) -> EventLoopFuture<Void> {
        guard channel.eventLoop === eventLoop else { return channel.eventLoop.makeFailedFuture(AttachError.eventLoop) }
        return channel.eventLoop.submit {
            try Listener.configure(channel, core: self.attachedCore(), isSecure: secure, handOver: handOver)
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
    ///
    /// - Parameter secure: What ``Handshake/secure`` says: true inside `.tls(…)`, or behind a proxy that encrypts.
    public static func socketIO(_ io: SocketIOServer, secure: Bool = false) -> HTTPServerBuilder {
        HTTPServerBuilder { responder in
            let http = HTTP1Channel { request, writer, channel in
                guard let file = io.clientFile(request) else { return try await responder(request, writer, channel) }
                try await writer.write(response: file.head, body: file.body)
            }
            return SocketIOChannel(io: io, secure: secure, http: http)
        }
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
    let secure: Bool
    let http: HTTP1Channel

    func setup(channel: any Channel, logger: Logger) -> EventLoopFuture<Value> {
        let (connections, sink) = AsyncStream.makeStream(of: HTTPConnection.self)
        channel.closeFuture.whenComplete { _ in sink.finish() }
        return io.configure(channel, secure: secure) { sink.yield($0) }.map {
            Value(channel: channel, connections: connections)
        }
    }

    func handle(value: Value, logger: Logger) async {
        await withGracefulShutdownHandler {
            for await connection in value.connections { await http.handle(value: connection, logger: logger) }
        } onGracefulShutdown: {
            io.shutDown()
        }
    }
}
