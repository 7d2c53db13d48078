import Glibc
internal import NIOCore
internal import NIOSSL
internal import NIOTLS

/// Comes after the TLS handler, and turns its errors into words for whoever runs the server.
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

/// Why TLS failed.
enum RedisTLSFailure: Equatable {
    case expired(since: time_t)
    case notYetValid(until: time_t)
    case untrusted
    case wrongName
    case certificateWanted
    case certificateRefused
    case notTLS
    case hungUp
    /// The end of a connection that was up: nothing is wrong with TLS.
    case ended
    case other(String)

    /// Nil for an error that is not of TLS.
    init?(_ error: any Error, certificate: NIOSSLCertificate?, now: time_t) {
        switch error {
        case NIOSSLError.uncleanShutdown:
            self = .ended
        case let error as NIOSSLExtraError where error == .failedToValidateHostname:
            self = .wrongName
        case NIOSSLError.unableToValidateCertificate, NIOSSLError.cannotFindPeerIP:
            self = .wrongName
        case let error as NIOSSLError:
            self.init(words: "\(error)", certificate: certificate, now: now)
        case let error as BoringSSLError:
            self.init(words: "\(error)", certificate: certificate, now: now)
        default:
            return nil
        }
    }

    /// BoringSSL names its reasons only in the text of its errors.
    private init(words: String, certificate: NIOSSLCertificate?, now: time_t) {
        if words.contains("CERTIFICATE_VERIFY_FAILED") {
            self = .untrusted
            guard let certificate else { return }
            if certificate.notValidAfter < now { self = .expired(since: certificate.notValidAfter) }
            if certificate.notValidBefore > now { self = .notYetValid(until: certificate.notValidBefore) }
        } else if words.contains("WRONG_VERSION_NUMBER") || words.contains("HTTP_REQUEST") {
            self = .notTLS
        } else if words.contains("CERTIFICATE_REQUIRED") || words.contains("ALERT_HANDSHAKE_FAILURE") {
            self = .certificateWanted
        } else if words.contains("ALERT_UNKNOWN_CA") || words.contains("CERTIFICATE") && words.contains("ALERT") {
            self = .certificateRefused
        } else if words.contains("EOF during handshake") {
            self = .hungUp
        } else {
            self = .other(words)
        }
    }

    func error(_ tls: RedisTLS) -> RedisError {
        if case .ended = self { return RedisError(.closed, "Redis closed the connection") }
        return RedisError(.tls, message(tls))
    }

    private func message(_ tls: RedisTLS) -> String {
        switch self {
        case .expired(let since): "the server's certificate expired on \(Self.day(since))"
        case .notYetValid(let until):
            "the server's certificate is not valid before \(Self.day(until)); is the clock right?"
        case .untrusted:
            "the server's certificate is not signed by an authority in "
                + (tls.authorityFile.map { "'\($0)'" } ?? "the system's list; set redis-ca")
        case .wrongName:
            "the server's certificate is not for "
                + (tls.serverName.map { "'\($0)' (redis-server-name)" } ?? "this host; set redis-server-name")
        case .certificateWanted where tls.certificateFile == nil:
            "the server wants a client certificate; set redis-cert and redis-key"
        case .certificateRefused, .certificateWanted:
            "the server refused "
                + (tls.certificateFile.map { "the certificate in '\($0)'" } ?? "to go on without a client certificate")
        case .notTLS: "the server does not speak TLS; use redis://, or the port on which it does"
        case .hungUp: "the server hung up during the TLS handshake; does this port speak TLS?"
        case .ended: "the connection ended"
        case .other(let words): "TLS failed: \(words)"
        }
    }

    private static func day(_ time: time_t) -> String {
        var time = time
        var parts = tm()
        gmtime_r(&time, &parts)
        func padded(_ number: CInt) -> String { number < 10 ? "0\(number)" : "\(number)" }
        return "\(parts.tm_year + 1900)-\(padded(parts.tm_mon + 1))-\(padded(parts.tm_mday))"
    }
}
