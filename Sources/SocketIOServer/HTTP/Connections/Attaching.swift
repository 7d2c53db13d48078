public import NIOCore

extension SocketIOServer {
    /// Serves a connection that another NIO server has accepted, in place of ``run()``: to be called from its child
    /// channel initializer, after handlers such as TLS.
    ///
    /// ```swift
    /// ServerBootstrap(group: io.eventLoop).childChannelInitializer { io.configure($0) }
    /// ```
    /// - Parameters:
    ///   - secure: What ``Handshake/secure`` says: whether the connection is encrypted, here or by a proxy.
    ///   - http: Answers what lies outside the Socket.IO path of this connection; nil: what the server was made with.
    /// - Returns: Fails with ``AttachError`` where the channel is not on ``eventLoop``.
    public func configure(
        _ channel: any Channel, secure: Bool = false, http: HTTPService? = nil
    ) -> EventLoopFuture<Void> {
        guard channel.eventLoop === eventLoop else { return channel.eventLoop.makeFailedFuture(AttachError.eventLoop) }
        let http = http ?? self.http
        return channel.eventLoop.submit {
            try Listener.configure(channel, core: self.attachedCore(), isSecure: secure, http: http) { work in
                Task { await work() }
            }
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
