import Glibc
internal import NIOCore
internal import NIOSSL
internal import RESP
internal import Synchronization

/// What is between a socket and RESP: nothing, or TLS. Knows how it looks when the other end expects the other.
final class RedisTransportLayer: Sendable {
    private let tls: RedisTLS
    private let context: NIOSSLContext?
    private let serverName: String?
    private let isEstablished = Mutex(false)

    /// Reads the files with the certificates, off the event loop.
    @concurrent init(_ configuration: RedisConfiguration) async throws(RedisError) {
        tls = configuration.tls
        guard configuration.endpoint.usesTLS else {
            (context, serverName) = (nil, nil)
            return
        }
        do throws(RedisFileError) {
            context = try configuration.tls.context()
        } catch {
            throw RedisError(.configuration, "\(configuration.endpoint): \(error)", underlying: error)
        }
        serverName = Self.serverName(configuration)
    }

    /// Must be called on the channel's event loop, before the handler for RESP is added.
    func install(on channel: any Channel) throws {
        guard let context else { return }
        try channel.pipeline.syncOperations.addHandlers([
            NIOSSLClientHandler(context: context, serverHostname: serverName),
            RedisTLSHandler(tls) { self.isEstablished.withLock { $0 = true } },
        ])
    }

    /// The error in words that help where one end speaks TLS and the other does not.
    func explain(_ error: any Error) -> any Error {
        guard let failure = error as? RedisError else { return error }
        let message: String
        switch failure.code {
        case .timedOut where context != nil && !isEstablished.withLock(\.self):
            message = "no answer to the TLS handshake; a server without TLS waits like this: is this its TLS port?"
        case .closed where context == nil && failure.isHangUp:
            message = RedisError.hungUpAtOnce + "; a server that wants TLS does so: try rediss://"
        case .protocolViolation where context == nil && failure.isTLSRecord:
            message = "the server speaks TLS; use rediss://"
        case .protocolViolation:
            message = failure.message + "; is this a Redis?"
        default:
            return error
        }
        let isOfTLS = failure.code == .timedOut || failure.isTLSRecord
        return RedisError(isOfTLS ? .tls : failure.code, message, underlying: failure.underlying)
    }

    /// Nil for an address, which SNI does not allow: its certificate is checked against the address of the peer.
    private static func serverName(_ configuration: RedisConfiguration) -> String? {
        if let name = configuration.tls.serverName { return name }
        guard case .tcp(let host, _) = configuration.endpoint.address else { return nil }
        return isAddress(host) ? nil : host
    }

    private static func isAddress(_ host: String) -> Bool {
        var (four, six) = (in_addr(), in6_addr())
        return inet_pton(AF_INET, host, &four) == 1 || inet_pton(AF_INET6, host, &six) == 1
    }
}

extension RedisError {
    /// The end of the stream, or a reset, which comes when the server has not read all of our bytes.
    fileprivate var isHangUp: Bool { message == RedisError.hungUpAtOnce || underlying is IOError }

    /// A reply that began with byte 21 (an alert) or 22 (a handshake).
    fileprivate var isTLSRecord: Bool {
        underlying as? RESPError == .unknownType(21) || underlying as? RESPError == .unknownType(22)
    }
}
