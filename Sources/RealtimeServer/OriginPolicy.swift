/// Which web pages may open a WebSocket, judged by the header `Origin`.
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
