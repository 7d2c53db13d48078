import HTTPTypes
import Hummingbird
import NIOHTTP1

/// The methods that a route allows. All of ours are read, and none is written. HEAD gets the answer of GET without a
/// body.
struct MethodGuard<Context: RequestContext>: RouterMiddleware {
    /// The existing routes. Every path below a folder is one.
    let paths: Set<String>
    let folders: [String]

    func handle(
        _ request: Request, context: Context, next: @concurrent (Request, Context) async throws -> Response
    ) async throws -> Response {
        switch request.method {
        case .get, .head: return try await next(request, context)
        // CONNECT has a host in place of a route (RFC 9110 §9.3.6).
        case let method where method != .connect && !isRoute(request.uri.path): return try await next(request, context)
        case .options:
            return Response(status: .noContent, headers: [.allow: Self.allowed])
        default:
            var response = JSONAnswer.error(
                .methodNotAllowed, code: "method-not-allowed", message: "this can be read only: \(Self.allowed)")
            response.headers[.allow] = Self.allowed
            return response
        }
    }

    private static var allowed: String { "GET, HEAD, OPTIONS" }

    private func isRoute(_ path: String) -> Bool {
        paths.contains(path) || folders.contains { path.hasPrefix($0) } || path == "*"
    }
}

/// The headers of every answer, including errors and refusals. They say what the page may load, and who may embed or
/// read our answers.
///
/// Nothing inline and nothing from elsewhere, so that the content of a sample cannot become code even if the page has a
/// bug.
enum SecurityHeaders {
    static let all: HTTPHeaders = [
        // Connections only to our own host and port. `'self'` includes WebSockets to them (CSP 3 §6.7.2.8).
        "content-security-policy":
            "default-src 'self'; img-src 'self' data:; connect-src 'self'; object-src 'none'; base-uri 'none'; "
            + "form-action 'none'; frame-ancestors 'none'",
        "x-content-type-options": "nosniff",
        "referrer-policy": "no-referrer",
        "cross-origin-opener-policy": "same-origin",
        // This does not affect pages of allowed origins, because CORS decides about what they fetch.
        "cross-origin-resource-policy": "same-origin",
        "permissions-policy":
            "accelerometer=(), browsing-topics=(), camera=(), display-capture=(), geolocation=(), gyroscope=(), "
            + "magnetometer=(), microphone=(), midi=(), payment=(), serial=(), usb=()",
    ]
}
