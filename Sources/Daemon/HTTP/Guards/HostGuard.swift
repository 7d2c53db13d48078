import Access
import HTTPTypes
import Hummingbird
import SocketIOServer

/// The names under which the daemon answers if no token guards it: those of loopback, and the hosts of
/// `--allowed-origin`.
///
/// Without a token only the loopback address protects the daemon, and DNS rebinding gets around that. The owner of a
/// page can let its name resolve to 127.0.0.1, or to a proxy in front of the daemon. Then the page can read what this
/// machine's browser fetches, but with a `Host` that is not ours. A page of an allowed origin may read it anyway.
struct HostNames: Sendable {
    private let allowed: [Authority.Host]
    private let proxies: TrustedProxies

    init(allowedOrigins: [String], proxies: TrustedProxies) {
        allowed = allowedOrigins.compactMap { WebOrigin($0)?.authority.host }
        self.proxies = proxies
    }

    /// Why a request may not be answered; nil if it may. A request without a host does not come from a browser.
    func refusal(of request: ForwardedHeaders, from peer: String?) -> RequestRefusal? {
        let outer = proxies.outer(of: request, from: peer)
        guard let host = outer.host else { return nil }
        // A proxy that does not set the host may pass on the host of a page. So the name in the request itself has to
        // be allowed too.
        let isForged = request.host.map(isForeign) ?? false
        guard !isOurs(host) || isForged else { return nil }
        let shown = String((isOurs(host) ? request.host ?? "" : host).prefix(100))
        var advice = "set --token-file, or --allowed-origin with the origin under which the page is opened"
        if let peer, !outer.isForwarded, !request.hosts.isEmpty {
            advice += "; behind a proxy of yours at \(peer) also --trusted-proxy \(peer)"
        }
        return RequestRefusal(
            code: "forbidden-host",
            message: "without a token the daemon answers to 127.0.0.1, [::1], localhost and the hosts of "
                + "--allowed-origin only, not to '\(shown)': \(advice)")
    }

    /// The address of the client that sent a request, maybe through a trusted proxy; nil on a unix socket.
    func client(of request: Request, from peer: String?) -> String? {
        proxies.outer(of: ForwardedHeaders(request.head), from: peer).address
    }

    private func isOurs(_ text: String) -> Bool {
        guard let authority = Authority(text) else { return false }
        return authority.isLoopback || allowed.contains(authority.host)
    }

    /// A name that somebody else may own. A word without a dot is the name of an upstream inside a proxy, and an
    /// address is not a name that anyone can own.
    private func isForeign(_ text: String) -> Bool {
        guard !isOurs(text) else { return false }
        guard case .name(let name) = Authority(text)?.host else { return Authority(text) == nil }
        return name.contains(".")
    }
}

/// Refuses requests for a name that is not ours.
struct HostGuard: RouterMiddleware {
    let names: HostNames

    func handle(
        _ request: Request, context: PeerContext, next: @concurrent (Request, PeerContext) async throws -> Response
    ) async throws -> Response {
        if let refusal = names.refusal(of: ForwardedHeaders(request.head), from: context.peer) {
            return JSONAnswer.error(.forbidden, code: refusal.code, message: refusal.message)
        }
        return try await next(request, context)
    }
}

/// What is known about a request from outside it: its peer, and what whoever sent it may see.
struct PeerContext: RequestContext {
    var coreContext: CoreRequestContextStorage
    /// The IP address of the other end of the connection; nil on a unix socket.
    let peer: String?
    /// Whether the client is still there.
    let isConnected: @Sendable () -> Bool
    /// Closes the connection.
    let cut: @Sendable () -> Void
    /// Nil before ``TokenGuard``, and so on each route that is not behind it.
    var grant: Grant?

    init(source: ApplicationRequestContextSource) {
        coreContext = .init(source: source)
        peer = source.channel.remoteAddress?.ipAddress
        isConnected = { [channel = source.channel] in channel.isActive }
        cut = { [channel = source.channel] in channel.close(promise: nil) }
    }
}

extension ForwardedHeaders {
    init(_ head: HTTPRequest) {
        self.init(
            host: head.authority, clients: Self.values(of: "x-forwarded-for", in: head),
            schemes: Self.values(of: "x-forwarded-proto", in: head),
            hosts: Self.values(of: "x-forwarded-host", in: head))
    }

    private static func values(of name: String, in head: HTTPRequest) -> [String] {
        HTTPField.Name(name).map { head.headerFields[values: $0] } ?? []
    }
}
