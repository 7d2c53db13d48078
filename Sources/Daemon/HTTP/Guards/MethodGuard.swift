import HTTPTypes
import Hummingbird
import NIOHTTP1

/// What a route may be asked by: all of ours are read, none is written. HEAD is answered as GET, without a body.
struct MethodGuard<Context: RequestContext>: RouterMiddleware {
    /// The routes that there are; what begins with a folder's path is one.
    let paths: Set<String>
    let folders: [String]

    func handle(
        _ request: Request, context: Context, next: @concurrent (Request, Context) async throws -> Response
    ) async throws -> Response {
        switch request.method {
        case .get: return try await next(request, context)
        case .head:
            var response = try await next(request, context)
            // A length that GET would have to find out first is not told, rather than told wrongly.
            if response.headers[.contentLength] == "0" {
                response.body = ResponseBody(contentLength: nil) { try await $0.finish(nil) }
            }
            return response
        // CONNECT names a host in place of a route (RFC 9110 §9.3.6).
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

/// The headers that every answer carries, errors and refusals too: what the page may load, and who may embed or read
/// what we answer.
///
/// Nothing inline and nothing from elsewhere: what a sample carries cannot become code even if the page had a fault.
enum SecurityHeaders {
    static let all: HTTPHeaders = [
        // Connections to our own host and port alone: `'self'` covers WebSockets to them (CSP 3 §6.7.2.8).
        "content-security-policy":
            "default-src 'self'; img-src 'self' data:; connect-src 'self'; object-src 'none'; base-uri 'none'; "
            + "form-action 'none'; frame-ancestors 'none'",
        "x-content-type-options": "nosniff",
        "referrer-policy": "no-referrer",
        "cross-origin-opener-policy": "same-origin",
        // Does not hinder pages of allowed origins: what they fetch goes by CORS.
        "cross-origin-resource-policy": "same-origin",
        "permissions-policy":
            "accelerometer=(), browsing-topics=(), camera=(), display-capture=(), geolocation=(), gyroscope=(), "
            + "magnetometer=(), microphone=(), midi=(), payment=(), serial=(), usb=()",
    ]
}
