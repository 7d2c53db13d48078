import HTTPTypes
import Hummingbird
import JSONBytes
import KeyspaceFollower
import Logging
import StreamAssembly

/// Everything that the daemon answers over plain HTTP (Contract.md: HTTP).
struct HTTPRoutes: Sendable {
    /// The folder with the dashboard; `nil` where none was found.
    let webRoot: String?
    let door: TokenDoor?
    /// The names under which the daemon answers if there is no token.
    let names: HostNames
    let readiness: Readiness
    let assembler: StreamAssembler
    let limits: WindowLimits
    let metrics: DaemonMetrics
    let budgets: AddressBudgets
    let logger: Logger
    /// False where `/metrics` have a port of their own.
    var showsMetrics = true

    func router() -> Router<PeerContext> {
        let router = Router(context: PeerContext.self, options: .autoGenerateHeadEndpoints)
        router.add(middleware: ErrorAnswers())
        if door == nil { router.add(middleware: HostGuard(names: names)) }
        if let webRoot { router.add(middleware: StaticFiles(webRoot: webRoot)) }
        router.add(
            middleware: MethodGuard(
                paths: Set([
                    "/", "/socket.io/socket.io.js", "/socket.io/socket.io.min.js", "/healthz", "/readyz",
                    "/api/v1/keys", "/api/v1/window", "/api/v1/series", "/api/v1/at",
                ]).union(showsMetrics ? ["/metrics"] : []), folders: ["/assets/"]))
        if webRoot == nil {
            router.get("/") { _, _ in
                JSONAnswer.error(
                    .notFound, code: "no-dashboard", message: "the dashboard's folder was not found; set --web DIR")
            }
        }
        router.get("/healthz") { _, _ in JSONAnswer.bytes(Array(#"{"ok":true}"#.utf8)) }
        let compressed = router.group().add(middleware: GzipAnswers())
        compressed.get("/readyz") { request, context in readyAnswer(request, context) }

        // All expensive requests share one budget and one set of places.
        let places = AnswerPlaces()
        // Outside of what is paid for: the work is done for the bytes before compression.
        let guarded = compressed.group().add(middleware: TokenGuard(door: door, names: names))
        let metered = guarded.group().add(
            middleware: WorkGuard(budgets: budgets, places: places, names: names, units: 500))
        let counted = guarded.group().add(
            middleware: WorkGuard(budgets: budgets, places: nil, names: names, units: 50))
        if showsMetrics { counted.get("/metrics") { _, _ in await metricsAnswer() } }
        metered.get("/api/v1/keys") { request, context in
            KeysAnswer.make(from: assembler, pay: payment(of: request, context))
        }
        metered.get("/api/v1/window") { request, context in
            await answer(request) { (fields, now) async throws(InvalidQuery) in
                var query = try WindowQuery(fields)
                query.selection = await paidFor(query.selection, by: request, context)
                return await WindowAnswer.make(
                    query, from: assembler, now: now, isWanted: context.isConnected, pay: payment(of: request, context))
            }
        }
        metered.get("/api/v1/series") { request, context in
            await answer(request) { (fields, now) async throws(InvalidQuery) in
                var query = try SeriesQuery(fields, now: now, ageMs: limits.ageMs)
                query.selection = await paidFor(query.selection, by: request, context)
                return SeriesAnswer.make(query, from: assembler, now: now, pay: payment(of: request, context))
            }
        }
        metered.get("/api/v1/at") { request, context in
            await answer(request) { (fields, now) async throws(InvalidQuery) in
                var query = try MomentQuery(fields)
                query.selection = await paidFor(query.selection, by: request, context)
                return MomentAnswer.make(query, from: assembler, now: now)
            }
        }
        return router
    }

    /// What a port of its own for `/metrics` answers.
    func metricsRouter() -> Router<PeerContext> {
        let router = Router(context: PeerContext.self, options: .autoGenerateHeadEndpoints)
        router.add(middleware: ErrorAnswers())
        if door == nil { router.add(middleware: HostGuard(names: names)) }
        router.add(middleware: MethodGuard(paths: ["/healthz", "/metrics"], folders: []))
        router.get("/healthz") { _, _ in JSONAnswer.bytes(Array(#"{"ok":true}"#.utf8)) }
        router.group().add(middleware: GzipAnswers()).add(middleware: TokenGuard(door: door, names: names))
            .add(middleware: WorkGuard(budgets: budgets, places: nil, names: names, units: 50))
            .get("/metrics") { _, _ in await metricsAnswer() }
        return router
    }

    private func metricsAnswer() async -> Response {
        JSONAnswer.text(await metrics.text(), type: "text/plain; version=0.0.4; charset=utf-8")
    }

    /// The answer to a query; 400 where it makes no sense.
    private func answer(
        _ request: Request,
        _ make: (_ fields: [(name: String, value: String)], _ now: Double) async throws(InvalidQuery) -> Response
    ) async -> Response {
        let fields = request.uri.queryParameters.map { (name: String($0.key), value: String($0.value)) }
        do throws(InvalidQuery) {
            return try await make(fields, Double(WallClock.milliseconds()))
        } catch {
            return JSONAnswer.error(.badRequest, code: "bad-request", message: error.description)
        }
    }

    /// Pays for what is done for a request.
    private func payment(of request: Request, _ context: PeerContext) -> @Sendable (Double) -> Void {
        let group = AddressGroup(names.client(of: request, from: context.peer))
        return { [budgets] units in budgets.pay(units, of: group, now: .now) }
    }

    /// A selection that compares with each name once, not with each sample, and is paid for.
    private func paidFor(_ selection: Selection, by request: Request, _ context: PeerContext) async -> Selection {
        let keys = await assembler.statistics.keys
        let pay = payment(of: request, context)
        let paid = Cost.comparing(selection, keys: keys)
        pay(paid)
        let selection = selection.remembering(in: MatchTable())
        guard selection.isDear else { return selection }
        await compare(selection)
        pay(Cost.comparing(steps: selection.takeWork(), paid: paid))
        return selection
    }

    /// Compares the names of all keys with patterns that take long. It does so beside the event loop, which meanwhile
    /// serves others.
    @concurrent private func compare(_ selection: Selection) async {
        var last: String?
        while case let page = await assembler.keys(.all, after: last, limit: 256), let end = page.last {
            for key in page.keys { _ = selection.matches(host: key.host, probe: key.probe) }
            last = end
        }
    }

    /// Everyone may see states. Only clients with the token may see addresses, users and keys.
    private func readyAnswer(_ request: Request, _ context: PeerContext) -> Response {
        let (report, isDraining) = (readiness.report, readiness.isDraining)
        let (given, client) = (request.bearerToken, names.client(of: request, from: context.peer))
        let isAuthorised = door == nil || given != nil && door?.try(given, through: .http, address: client) == .open
        return JSONAnswer.bytes(
            report.encode(withDetail: isAuthorised, isDraining: isDraining, depth: readiness.depth),
            status: report.isReady && !isDraining ? .ok : .serviceUnavailable)
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
