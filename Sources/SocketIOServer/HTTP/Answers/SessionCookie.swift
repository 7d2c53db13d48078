/// A cookie with the session's id, which the first answer of a session sets (RFC 6265). Proxies can use it to keep a
/// client on one server. The server itself never reads it.
public struct SessionCookie: Sendable, Equatable {
    /// To which requests of other sites browsers add it.
    public enum SameSite: String, Sendable {
        case strict = "Strict"
        case lax = "Lax"
        /// To all of them. Browsers also require `isSecure` then.
        case none = "None"
    }

    /// The cookie's name.
    public var name: String
    /// The path of the requests that carry it; nil means the request's folder.
    public var path: String?
    /// How long a browser keeps it; nil means until the browser is closed.
    public var maxAge: Duration?
    /// Whether it is hidden from the scripts of pages.
    public var isHTTPOnly: Bool
    /// Whether it is sent only over encrypted connections.
    public var isSecure: Bool
    /// To which requests of other sites browsers add it.
    public var sameSite: SameSite

    /// Like the official server's `cookie: true`: `io=ID; Path=/; HttpOnly; SameSite=Lax`.
    public init(
        name: String = "io", path: String? = "/", maxAge: Duration? = nil, isHTTPOnly: Bool = true,
        isSecure: Bool = false, sameSite: SameSite = .lax
    ) {
        self.name = name
        self.path = path
        self.maxAge = maxAge
        self.isHTTPOnly = isHTTPOnly
        self.isSecure = isSecure
        self.sameSite = sameSite
    }

    /// The value of `Set-Cookie`.
    func header(id: String) -> String {
        var parts = ["\(name)=\(id)"]
        if let maxAge { parts.append("Max-Age=\(maxAge.components.seconds)") }
        if let path { parts.append("Path=\(path)") }
        if isHTTPOnly { parts.append("HttpOnly") }
        if isSecure { parts.append("Secure") }
        parts.append("SameSite=\(sameSite.rawValue)")
        return parts.joined(separator: "; ")
    }
}
