import NIOCore
import NIOSSL
import NIOTLS
import SocketIOServer

/// Stands in front of a new connection and looks at its first byte: TLS begins with 22, a request of HTTP with a letter.
/// Then it puts the handlers of TLS in its place, or none.
///
/// It has no time-out of its own. The gate behind it counts the time until the first request is whole.
final class TLSDoor: ChannelInboundHandler, RemovableChannelHandler {
    typealias InboundIn = ByteBuffer

    private let identity: TLSIdentity

    init(_ identity: TLSIdentity) { self.identity = identity }

    func channelRead(context: ChannelHandlerContext, data: NIOAny) {
        let bytes = unwrapInboundIn(data)
        guard let first = bytes.readableBytesView.first else { return }
        let pipeline = context.pipeline.syncOperations
        if Self.beginsRequest(first) {
            context.fireUserInboundEventTriggered(ConnectionSecurity.plain)
        } else {
            do {
                let handlers: [any ChannelHandler] = [NIOSSLServerHandler(context: identity.context), TLSReport()]
                try pipeline.addHandlers(handlers, position: .after(self))
            } catch {
                return context.close(promise: nil)
            }
        }
        context.fireChannelRead(data)
        pipeline.removeHandler(self, promise: nil)
    }

    /// A method, or the empty line that some clients send before one (RFC 9112 §2.2).
    private static func beginsRequest(_ byte: UInt8) -> Bool {
        switch byte {
        case UInt8(ascii: "A")...UInt8(ascii: "Z"), UInt8(ascii: "a")...UInt8(ascii: "z"), 0x0d, 0x0a: true
        default: false
        }
    }
}

/// Comes after the TLS handler and tells the gate when the handshake is over, and who the client is.
private final class TLSReport: ChannelInboundHandler, RemovableChannelHandler {
    typealias InboundIn = ByteBuffer

    func userInboundEventTriggered(context: ChannelHandlerContext, event: Any) {
        context.fireUserInboundEventTriggered(event)
        guard case TLSUserEvent.handshakeCompleted = event else { return }
        let pipeline = context.pipeline.syncOperations
        let tls = try? pipeline.handler(type: NIOSSLServerHandler.self)
        context.fireUserInboundEventTriggered(
            ConnectionSecurity.encrypted(tls?.peerCertificate.flatMap { PeerCertificate($0) }))
        pipeline.removeHandler(self, promise: nil)
    }
}

extension PeerCertificate {
    /// Nil where its subject cannot be read: then it says nothing that a rule could rely on.
    fileprivate init?(_ certificate: NIOSSLCertificate) {
        guard let der = try? certificate.toDERBytes(), let subject = CertificateSubject(certificate: der) else {
            return nil
        }
        self.init(subject: subject.text, commonName: subject.commonName, names: certificate.alternativeNames)
    }
}

extension NIOSSLCertificate {
    /// The alternative names, each with its kind in front. Those of other kinds, and what is no text, are left out.
    var alternativeNames: [String] {
        _subjectAlternativeNames().compactMap { name in
            let bytes = name.contents.withUnsafeBufferPointer { Array($0) }
            switch name.nameType {
            case .dnsName: return String(validating: bytes, as: UTF8.self).map { "DNS:\($0)" }
            case .email: return String(validating: bytes, as: UTF8.self).map { "email:\($0)" }
            case .uri: return String(validating: bytes, as: UTF8.self).map { "URI:\($0)" }
            case .ipAddress:
                return (try? SocketAddress(packedIPAddress: ByteBuffer(bytes: bytes), port: 0).ipAddress)
                    .flatMap { $0 }.map { "IP:\($0)" }
            default: return nil
            }
        }
    }
}
