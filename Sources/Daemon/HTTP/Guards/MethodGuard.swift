import HTTPTypes
import Hummingbird

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
        case _ where !isRoute(request.uri.path): return try await next(request, context)
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
