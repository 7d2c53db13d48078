/// Which web pages may use Socket.IO, judged by the header `Origin`.
///
/// A request without `Origin` comes from no browser and is let through: the check protects people's browsers from
/// being used by foreign pages, it does not authenticate.
public enum OriginPolicy: Sendable, Equatable {
    /// Pages of this very server (`Origin` names the same host and port as `Host`), and those listed, written as
    /// browsers do: `https://example.org`, `http://example.org:8080`.
    case sameOrigin(also: [String] = [])
    /// Any page at all.
    case any

    func allows(origin: String?, host: String?) -> Bool {
        guard let origin else { return true }
        switch self {
        case .any: return true
        case .sameOrigin(let also):
            if also.contains(where: { $0.lowercased() == origin.lowercased() }) { return true }
            guard let host, let (scheme, authority) = Self.split(origin) else { return false }
            return authority == Self.withoutDefaultPort(host.lowercased(), scheme: scheme)
        }
    }

    /// What a browser has to read to let a page of another origin use the server (CORS); nothing where only the
    /// server's own pages may, or where the request is from none.
    ///
    /// A page that is listed may send credentials, and the answer names it exactly.
    func sharingHeaders(origin: String?) -> [(name: String, value: String)] {
        guard let origin else { return [] }
        switch self {
        case .any: return [("access-control-allow-origin", "*")]
        case .sameOrigin(let also):
            guard also.contains(where: { $0.lowercased() == origin.lowercased() }) else { return [] }
            return [
                ("access-control-allow-origin", origin), ("access-control-allow-credentials", "true"),
                ("vary", "Origin"),
            ]
        }
    }

    private static func split(_ origin: String) -> (scheme: String, authority: String)? {
        let lowercased = origin.lowercased()
        for scheme in ["http", "https"] where lowercased.hasPrefix(scheme + "://") {
            let authority = String(lowercased.dropFirst(scheme.count + 3))
            return authority.isEmpty ? nil : (scheme, withoutDefaultPort(authority, scheme: scheme))
        }
        return nil
    }

    private static func withoutDefaultPort(_ authority: String, scheme: String) -> String {
        let suffix = scheme == "https" ? ":443" : ":80"
        return authority.hasSuffix(suffix) ? String(authority.dropLast(suffix.count)) : authority
    }
}
