package import NIOCore
import NIOHTTP1

/// Connections on a port that speaks TLS.
extension GateHandler {
    /// The certificate that the client showed.
    var certificate: PeerCertificate? {
        guard case .encrypted(let certificate) = security else { return nil }
        return certificate
    }

    /// Whether TLS stands.
    var isEncrypted: Bool {
        if case .encrypted = security { true } else { false }
    }

    /// Whether the connection ended amid the TLS handshake.
    var isAwaitingTLS: Bool { speaksTLS && security == nil }

    /// What somebody is told who speaks plain HTTP here; nil if all is well.
    ///
    /// A page or a program that asks for a page is sent to the same address by https. A WebSocket cannot follow, a poll
    /// should not, and a trusted proxy would send its client in a circle: they are told what is wrong.
    func answerToPlain(_ head: HTTPRequestHead, _ route: GateRoute) -> GateResponse? {
        guard security == .plain else { return nil }
        let isProxy = core.configuration.trustedProxies.contains(peer.text)
        guard route == .http, !head.isUpgrade, !isProxy, let host = head.headers.first(name: "host"), !host.isEmpty
        else {
            return .tlsRequired
        }
        return .moved(to: "https://\(host)\(head.uri.hasPrefix("/") ? head.uri : "/")")
    }
}

extension GateResponse {
    /// RFC 9110 §15.4.9. It is not kept by caches: the port may speak plain HTTP again some day.
    fileprivate static func moved(to url: String) -> GateResponse {
        GateResponse(status: .permanentRedirect, headers: [Header("location", url), noStore])
    }
}

extension Channel {
    /// The certificate of the client of a connection that the server serves; nil if it showed none. Only on the
    /// connection's event loop.
    package var peerCertificate: PeerCertificate? {
        (try? pipeline.syncOperations.handler(type: GateHandler.self))?.certificate
    }
}
