import NIOCore
import NIOHTTP1
import NIOPosix

/// Binds the port and builds each connection's pipeline.
enum Listener {
    static func bind(
        core: ServerCore, handOver: @escaping @Sendable (HTTPConnection) -> Void
    ) -> EventLoopFuture<any Channel> {
        let loop = core.eventLoop
        let bound = NIOLoopBound(core, eventLoop: loop)
        return ServerBootstrap(group: loop)
            .serverChannelOption(.backlog, value: 1024)
            .serverChannelOption(.socketOption(.so_reuseaddr), value: 1)
            .childChannelOption(.tcpOption(.tcp_nodelay), value: 1)
            .childChannelOption(.allowRemoteHalfClosure, value: true)
            .childChannelInitializer { channel in
                channel.eventLoop.makeCompletedFuture { try configure(channel, core: bound.value, handOver: handOver) }
            }
            .bind(host: core.configuration.host, port: core.configuration.port)
            .map { channel in
                bound.value.listening(channel)
                return channel
            }
    }

    /// Builds the pipeline of one connection, behind what is there already (TLS for example).
    static func configure(
        _ channel: any Channel, core: ServerCore, handOver: @escaping @Sendable (HTTPConnection) -> Void
    ) throws {
        guard core.accept(channel) else {
            return channel.writeAndFlush(GateResponse.tooManyConnections).whenComplete { _ in
                channel.close(promise: nil)
            }
        }
        let encoder = HTTPResponseEncoder()
        let decoder = ByteToMessageHandler(HTTPRequestDecoder(leftOverBytesStrategy: .forwardBytes))
        let pipelining = HTTPServerPipelineHandler()
        let gate = GateHandler(core: core, http: [pipelining, encoder, decoder], handOver: handOver)
        try channel.pipeline.syncOperations.addHandlers([encoder, decoder, pipelining, gate])
    }
}
