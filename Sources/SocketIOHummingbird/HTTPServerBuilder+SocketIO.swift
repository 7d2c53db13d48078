import Hummingbird
public import HummingbirdCore
import Logging
import NIOCore
import ServiceLifecycle
public import SocketIOServer

extension HTTPServerBuilder {
    /// Lets a Hummingbird application serve Socket.IO on its port, beside its router.
    ///
    /// ```swift
    /// let app = Application(
    ///     router: router, server: .socketIO(io), eventLoopGroupProvider: .shared(io.eventLoop))
    /// ```
    /// Sessions are closed when the application shuts down gracefully.
    ///
    /// - Parameter secure: the value of `Handshake.secure`: true inside `.tls(…)`, or behind a proxy that encrypts.
    public static func socketIO(_ io: SocketIOServer, secure: Bool = false) -> HTTPServerBuilder {
        HTTPServerBuilder { responder in
            SocketIOChannel(io: io, secure: secure, http: HTTP1Channel(responder: responder))
        }
    }
}

/// A connection of a Hummingbird server that speaks HTTP or Socket.IO, or both in turn.
struct SocketIOChannel: ServerChildChannel {
    struct Value: ServerChildChannelValue {
        let channel: any Channel
        /// At most one. It comes with the first request that is not for Socket.IO.
        let connections: AsyncStream<HTTPConnection>
    }

    let io: SocketIOServer
    let secure: Bool
    let http: HTTP1Channel

    func setup(channel: any Channel, logger: Logger) -> EventLoopFuture<Value> {
        let (connections, sink) = AsyncStream.makeStream(of: HTTPConnection.self)
        channel.closeFuture.whenComplete { _ in sink.finish() }
        // The application itself waits for its requests, in `handle`.
        let pages = HTTPService { channel, _ in
            sink.yield(try HTTPConnection.open(channel))
            return nil
        }
        return io.configure(channel, secure: secure, http: pages).map {
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
