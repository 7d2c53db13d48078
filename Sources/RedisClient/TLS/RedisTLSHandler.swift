import Glibc
internal import NIOCore
internal import NIOSSL
internal import NIOTLS

/// Stands behind the TLS handler: turns its errors into what is wrong, in words for whoever runs the server.
final class RedisTLSHandler: ChannelInboundHandler {
    typealias InboundIn = ByteBuffer

    private let tls: RedisTLS
    private let onEstablished: () -> Void

    init(_ tls: RedisTLS, onEstablished: @escaping () -> Void) {
        self.tls = tls
        self.onEstablished = onEstablished
    }

    func userInboundEventTriggered(context: ChannelHandlerContext, event: Any) {
        if case TLSUserEvent.handshakeCompleted = event { onEstablished() }
        context.fireUserInboundEventTriggered(event)
    }

    func errorCaught(context: ChannelHandlerContext, error: any Error) {
        let certificate = try? context.pipeline.syncOperations.handler(type: NIOSSLClientHandler.self).peerCertificate
        let failure = RedisTLSFailure(error, certificate: certificate ?? nil, now: time(nil))
        context.fireErrorCaught(failure?.error(tls) ?? error)
    }
}
