public import NIOCore
import NIOHTTP1
import NIOPosix

extension SocketIOServer {
    /// Serves a connection that another NIO server has accepted, in place of ``run()``. Call it in that server's child
    /// channel initializer, after handlers such as TLS.
    ///
    /// ```swift
    /// ServerBootstrap(group: io.eventLoop).childChannelInitializer { io.configure($0) }
    /// ```
    /// - Parameters:
    ///   - channel: The connection.
    ///   - secure: the value of ``Handshake/secure``: whether the connection is encrypted, here or by a proxy.
    ///   - http: answers requests outside the Socket.IO path on this connection; nil means the service that the server
    ///     was made with.
    /// - Returns: a future that fails with ``AttachError`` if the channel is not on ``eventLoop``.
    public func configure(
        _ channel: any Channel, secure: Bool = false, http: HTTPService? = nil
    ) -> EventLoopFuture<Void> {
        guard channel.eventLoop === eventLoop else { return channel.eventLoop.makeFailedFuture(AttachError.eventLoop) }
        let http = http ?? self.http
        return channel.eventLoop.submit {
            // Others have handlers there, for example TLS, or will add some.
            try Listener.configure(
                channel, core: self.attachedCore(), isSecure: secure, isAlone: false, http: http
            ) { work in Task { await work() } }
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

/// Binds the port and builds each connection's pipeline.
enum Listener {
    static func bind(
        core: ServerCore, http: HTTPService, handOver: @escaping @Sendable (@escaping HTTPService.Work) -> Void
    ) -> EventLoopFuture<any Channel> {
        let loop = core.eventLoop
        let bound = NIOLoopBound(core, eventLoop: loop)
        return ServerBootstrap(group: loop)
            .serverChannelOption(.backlog, value: 1024)
            .serverChannelOption(.socketOption(.so_reuseaddr), value: 1)
            .serverChannelInitializer { channel in
                channel.eventLoop.makeCompletedFuture {
                    try channel.pipeline.syncOperations.addHandler(AcceptPause(core: bound.value))
                }
            }
            .childChannelOption(.tcpOption(.tcp_nodelay), value: 1)
            .childChannelOption(.allowRemoteHalfClosure, value: true)
            .childChannelInitializer { channel in
                channel.eventLoop.makeCompletedFuture {
                    let secure = bound.value.configuration.secure
                    try secure?(channel)
                    try configure(
                        channel, core: bound.value, isSecure: secure != nil, isAlone: secure == nil, http: http,
                        handOver: handOver)
                }
            }
            .bind(host: core.configuration.host, port: core.configuration.port)
            .map { channel in
                bound.value.listening(channel)
                return channel
            }
    }

    /// Builds the pipeline of one connection, after the handlers that are there already (such as TLS).
    static func configure(
        _ channel: any Channel, core: ServerCore, isSecure: Bool, isAlone: Bool, http: HTTPService,
        handOver: @escaping @Sendable (@escaping HTTPService.Work) -> Void
    ) throws {
        let pipeline = channel.pipeline.syncOperations
        guard let peer = core.accept(channel) else { return try pipeline.addHandler(Refusal(core: core)) }
        // One read is the most that a client can make us hold at once, as bytes and as requests after the first one.
        // NIO keeps the first buffer as long as the connection, so it should be small.
        try channel.syncOptions?.setOption(
            .recvAllocator, value: AdaptiveRecvByteBufferAllocator(minimum: 64, initial: 512, maximum: 16 << 10))
        // Limits what a client that stops reading holds in the kernel. By itself the kernel would grow this to
        // megabytes.
        try channel.syncOptions?.setOption(.socketOption(.so_sndbuf), value: 128 * 1024)
        var limits = NIOHTTPDecoderLimitConfiguration()
        limits.maxHeaderFieldSize = core.configuration.limits.unjoinedBytes
        limits.maxHeaderListSize = core.configuration.limits.unjoinedBytes
        limits.maxHeaderFieldCount = maxHeaderFields
        // The gate sets the end of answers, because the encoder does not know about HEAD.
        var encoding = HTTPResponseEncoder.Configuration()
        encoding.automaticallySetFramingHeaders = false
        let encoder = HTTPResponseEncoder(configuration: encoding)
        let stall = StallHandler(core: core)
        let meter = HeaderMeter()
        let decoder = ByteToMessageHandler(
            HTTPRequestDecoder(
                leftOverBytesStrategy: .forwardBytes, informationalResponseStrategy: .drop, limitConfiguration: limits))
        let bound = PipelineBound(core: core, peer: peer, meter: meter)
        let pipelining = HTTPServerPipelineHandler()
        let gate = GateHandler(
            core: core, peer: peer, meter: meter, http: [pipelining, bound, encoder, meter, decoder, stall],
            isSecure: isSecure, isAlone: isAlone, service: http, handOver: handOver)
        try pipeline.addHandlers([stall, encoder, meter, decoder, bound, pipelining, gate])
    }

    /// Browsers send about fifteen, proxies add a few.
    private static let maxHeaderFields = 100
}
