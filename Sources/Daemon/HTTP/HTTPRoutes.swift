import HTTPTypes
import Hummingbird
import JSONBytes
import KeyspaceFollower
import Logging
import StreamAssembly

/// Everything that the daemon answers over plain HTTP (CONTRACT: HTTP).
struct HTTPRoutes: Sendable {
    /// The folder with the dashboard; `nil` where none was found.
    let webRoot: String?
    let token: SharedToken?
    /// By which names the daemon answers where there is no token.
    let names: HostNames
    let readiness: Readiness
    let assembler: StreamAssembler
    let metrics: DaemonMetrics
    let logger: Logger

    func router() -> Router<PeerContext> {
        let router = Router(context: PeerContext.self, options: .autoGenerateHeadEndpoints)
        router.add(middleware: ErrorAnswers())
        if token == nil { router.add(middleware: HostGuard(names: names)) }
        if let webRoot { router.add(middleware: StaticFiles(webRoot: webRoot)) }
        router.add(
            middleware: MethodGuard(
                paths: [
                    "/", "/socket.io/socket.io.js", "/socket.io/socket.io.min.js", "/healthz", "/readyz", "/metrics",
                    "/api/v1/keys", "/api/v1/window",
                ], folders: ["/assets/"]))
        if webRoot == nil {
            router.get("/") { _, _ in
                JSONAnswer.error(
                    .notFound, code: "no-dashboard", message: "the dashboard's folder was not found; set --web DIR")
            }
        }
        router.get("/healthz") { _, _ in JSONAnswer.bytes(Array(#"{"ok":true}"#.utf8)) }
        router.get("/readyz") { _, _ in readyAnswer() }

        let guarded = router.group().add(middleware: TokenGuard(token: token))
        guarded.get("/metrics") { _, _ in
            JSONAnswer.text(await metrics.text(), type: "text/plain; version=0.0.4; charset=utf-8")
        }
        guarded.get("/api/v1/keys") { _, _ in
            JSONAnswer.bytes(KeySummary.encode(await assembler.keys(.all)))
        }
        guarded.get("/api/v1/window") { request, _ in
            do throws(WindowQuery.Invalid) {
                let query = try WindowQuery(request.uri.queryParameters.map { (String($0.key), String($0.value)) })
                return await WindowAnswer.make(query, from: assembler, now: Double(WallClock.milliseconds()))
            } catch {
                return JSONAnswer.error(.badRequest, code: "bad-request", message: error.description)
            }
        }
        return router
    }

    private func readyAnswer() -> Response {
        let report = readiness.report
        return JSONAnswer.bytes(report.encode(), status: report.isReady ? .ok : .serviceUnavailable)
    }
}

/// Gives errors the contract's JSON shape.
private struct ErrorAnswers<Context: RequestContext>: RouterMiddleware {
    func handle(
        _ request: Request, context: Context, next: @concurrent (Request, Context) async throws -> Response
    ) async throws -> Response {
        do {
            return try await next(request, context)
        } catch let error as any HTTPResponseError {
            let code = error.status == .notFound ? "not-found" : "bad-request"
            return JSONAnswer.error(
                error.status, code: code, message: "\(request.method.rawValue) \(request.uri.path.prefix(200))")
        }
    }
}
