import JSONBytes

/// Why a request is refused, for the server's log and for the people in front of the page.
package struct RequestRefusal: Sendable, Equatable {
    /// A word for programs, such as `forbidden-origin`.
    package let code: String
    /// What is wrong, which values were compared, and what to set.
    package let message: String

    package init(code: String, message: String) {
        self.code = code
        self.message = message
    }

    /// The names of the settings that a refusal advises. By default they are those of the library.
    package struct Settings: Sendable {
        package var trustedProxy = "trustedProxies"
        package var allowedOrigin = "origins"

        package init() {}
    }

    /// A page may not connect. The text names its origin, our host, and the setting that would let it in.
    static func origin(_ origin: String, _ request: ForwardedRequest, _ configuration: SocketIOServerConfiguration)
        -> RequestRefusal
    {
        let outer = request.outer
        let settings = configuration.settingNames
        let allow = "set \(settings.allowedOrigin) \(quoted(origin)) if that page may connect"
        let scheme = outer.isSecure.map { $0 ? "https://" : "http://" } ?? ""
        let own = outer.host.map { scheme + quoted($0) } ?? "unknown: the request has no Host"
        let what = "the page's origin is \(quoted(origin)), the server's own is \(own) by the request's "
        if outer.isForwarded {
            let source = request.headers.hosts.isEmpty ? "Host" : "X-Forwarded-Host"
            let wanted =
                "let the proxy send X-Forwarded-Host (port included) and X-Forwarded-Proto as the browser sees them"
            return RequestRefusal(code: "forbidden-origin", message: "\(what)\(source); \(wanted), or \(allow)")
        }
        guard let peer = request.peer, request.isRightIfTrusted(origin: origin, configuration.origins) else {
            return RequestRefusal(code: "forbidden-origin", message: "\(what)Host; \(allow)")
        }
        return RequestRefusal(
            code: "forbidden-origin",
            message: "\(what)Host; the peer \(peer) says otherwise in X-Forwarded-Host: "
                + "set \(settings.trustedProxy) \(peer) if it is your proxy, or \(allow)")
    }

    /// The official answer with our error added: `{"code":4,"message":"Forbidden","error":{"code","message"}}`.
    var body: String {
        var writer = JSONWriter(reservingCapacity: 256)
        writer.beginObject()
        writer.key("code")
        writer.raw(Array("4".utf8))
        writer.key("message")
        writer.string("Forbidden")
        writer.key("error")
        writer.beginObject()
        writer.key("code")
        writer.string(code)
        writer.key("message")
        writer.string(message)
        writer.endObject()
        writer.endObject()
        return String(decoding: writer.bytes, as: UTF8.self)
    }

    private static func quoted(_ text: String) -> String { String(text.prefix(100)) }
}

/// A request's headers about its way here, its peer, and what follows from both.
struct ForwardedRequest: Sendable, Equatable {
    let peer: String?
    let headers: ForwardedHeaders
    let outer: OuterRequest

    init(_ headers: ForwardedHeaders, from peer: String?, _ proxies: TrustedProxies) {
        self.headers = headers
        self.peer = peer
        outer = proxies.outer(of: headers, from: peer)
    }

    /// Whether a page of that origin could connect if the peer were a trusted proxy.
    func isRightIfTrusted(origin: String, _ origins: OriginPolicy) -> Bool {
        guard let peer, !headers.hosts.isEmpty, let proxies = TrustedProxies([peer]) else { return false }
        let outer = proxies.outer(of: headers, from: peer)
        return origins.allows(origin: origin, host: outer.host, isSecure: outer.isSecure)
    }
}
