import HTTPTypes
import Hummingbird

/// Refuses requests to a name that is not the loopback's.
///
/// For a daemon without a token the loopback address is the guard, and DNS rebinding goes round it: a page whose name
/// its owner resolves to 127.0.0.1 may read what this machine's browser fetches, under a `Host` that is not ours.
struct HostGuard<Context: RequestContext>: RouterMiddleware {
    func handle(
        _ request: Request, context: Context, next: @concurrent (Request, Context) async throws -> Response
    ) async throws -> Response {
        // The header `Host` of HTTP/1.1.
        guard DaemonConfiguration.namesLoopback(request.head.authority) else {
            return JSONAnswer.error(
                .forbidden, code: "forbidden-host",
                message: "without --token-file the daemon answers to 127.0.0.1, [::1] and localhost only")
        }
        return try await next(request, context)
    }
}
