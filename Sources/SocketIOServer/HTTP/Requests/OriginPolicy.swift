/// Which web pages may use Socket.IO, judged by the header `Origin`.
///
/// A request without `Origin` does not come from a browser's page and is let through. The check keeps foreign pages
/// from using people's browsers. It does not authenticate.
public enum OriginPolicy: Sendable {
    /// Pages of this very server (`Origin` names the same host and port as `Host`, behind a trusted proxy the scheme and
    /// host that the browser asked for), and those listed, written as browsers do: `https://example.org`,
    /// `http://example.org:8080`. Case and default ports make no difference.
    case sameOrigin(also: [String] = [])
    /// Any page at all.
    case any
    /// Pages of this very server, and those whose origin the closure says yes to, written as browsers do
    /// (`https://example.org`; `null` for a page without one). The closure is called on the event loop for every
    /// request of such a page. A decision that has to wait belongs into
    /// ``SocketIOServerConfiguration/allowRequestAsync``.
    case matching(@Sendable (_ origin: String) -> Bool)

    func allows(origin: String?, host: String?, isSecure: Bool? = nil) -> Bool {
        guard let origin else { return true }
        switch self {
        case .any: return true
        case .sameOrigin(let also):
            guard let parsed = WebOrigin(origin) else { return false }
            return also.contains { WebOrigin($0) == parsed } || parsed.isOf(host: host, isSecure: isSecure)
        case .matching(let allows):
            return WebOrigin(origin)?.isOf(host: host, isSecure: isSecure) ?? false || allows(origin)
        }
    }

    /// The headers that let a page of another origin use the server (CORS). There are none if only the server's own
    /// pages may, or if the request comes from no page.
    ///
    /// A listed page may send credentials, and the answer names exactly this page.
    func sharingHeaders(origin: String?) -> [(name: String, value: String)] {
        guard let origin else { return [] }
        switch self {
        case .any: return [("access-control-allow-origin", "*")]
        case .sameOrigin(let also):
            guard let parsed = WebOrigin(origin), also.contains(where: { WebOrigin($0) == parsed }) else { return [] }
            return Self.sharing(with: origin)
        case .matching(let allows):
            return allows(origin) ? Self.sharing(with: origin) : []
        }
    }

    private static func sharing(with origin: String) -> [(name: String, value: String)] {
        [("access-control-allow-origin", origin), ("access-control-allow-credentials", "true"), ("vary", "Origin")]
    }
}

/// The origin of a page as browsers serialize it (RFC 6454 §6.2). The opaque origin `null` does not count, because any
/// page can have it.
package struct WebOrigin: Sendable, Equatable {
    package enum Scheme: String, Sendable { case http, https }

    package let scheme: Scheme
    package let authority: Authority

    package init?(_ text: String) {
        guard let colon = text.firstIndex(of: ":"), let scheme = Scheme(rawValue: text[..<colon].lowercased()),
            text[colon...].hasPrefix("://"), let authority = Authority(text[colon...].dropFirst(3))
        else { return nil }
        self.scheme = scheme
        self.authority = authority
    }

    fileprivate func isOf(host: String?, isSecure: Bool?) -> Bool {
        guard isSecure == nil || isSecure == (scheme == .https), let host = host.flatMap({ Authority($0) })
        else { return false }
        return authority.isSame(as: host, defaultPort: defaultPort)
    }

    package var defaultPort: Int { scheme == .https ? 443 : 80 }

    package static func == (left: WebOrigin, right: WebOrigin) -> Bool {
        left.scheme == right.scheme && left.authority.isSame(as: right.authority, defaultPort: left.defaultPort)
    }
}
