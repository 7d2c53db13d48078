import Access
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
    let viewers: Viewers
    /// The names under which the daemon answers if there is no token.
    let names: HostNames
    let readiness: Readiness
    let window: BoundWindow
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
                paths: Set(Route.allCases.filter { showsMetrics || $0 != .metrics }.map(\.rawValue)),
                folders: ["/assets/"]))
        if webRoot == nil {
            router.get(.page) { _, _ in
                JSONAnswer.error(
                    .notFound, code: "no-dashboard", message: "the dashboard's folder was not found; set --web DIR")
            }
        }
        router.get(.health) { _, _ in JSONAnswer.bytes(Array(#"{"ok":true}"#.utf8)) }
        let compressed = router.group().add(middleware: GzipAnswers())
        compressed.get(.readiness) { request, context in readyAnswer(request, context) }

        // All expensive requests share one budget and one set of places.
        let places = AnswerPlaces()
        // Outside of what is paid for: the work is done for the bytes before compression.
        let guarded = compressed.group().add(middleware: TokenGuard(door: door, viewers: viewers, names: names))
        let metered = guarded.group().add(
            middleware: WorkGuard(budgets: budgets, places: places, names: names, units: 500))
        let counted = guarded.group().add(
            middleware: WorkGuard(budgets: budgets, places: nil, names: names, units: 50))
        if showsMetrics { counted.get(.metrics) { _, context in await metricsAnswer(context) } }
        metered.get(.keys) { request, context in
            await answer(request) { (_, _) async throws(InvalidQuery) in
                let selection = try await bound(.all, by: request, context)
                return KeysAnswer.make(selection, from: window, pay: payment(of: request, context))
            }
        }
        metered.get(.window) { request, context in
            await answer(request) { (fields, now) async throws(InvalidQuery) in
                let query = try WindowQuery(fields)
                let selection = try await bound(query.selection, by: request, context)
                return await WindowAnswer.make(
                    query, of: selection, from: window, now: now, isWanted: context.isConnected,
                    pay: payment(of: request, context))
            }
        }
        metered.get(.series) { request, context in
            await answer(request) { (fields, now) async throws(InvalidQuery) in
                let query = try SeriesQuery(fields, now: now, ageMs: limits.ageMs)
                let selection = try await bound(query.selection, by: request, context)
                return SeriesAnswer.make(
                    query, of: selection, from: window, now: now, pay: payment(of: request, context))
            }
        }
        metered.get(.moment) { request, context in
            await answer(request) { (fields, now) async throws(InvalidQuery) in
                let query = try MomentQuery(fields)
                let selection = try await bound(query.selection, by: request, context)
                return MomentAnswer.make(query, of: selection, from: window, now: now)
            }
        }
        return router
    }

    /// What a port of its own for `/metrics` answers.
    func metricsRouter() -> Router<PeerContext> {
        let router = Router(context: PeerContext.self, options: .autoGenerateHeadEndpoints)
        router.add(middleware: ErrorAnswers())
        if door == nil { router.add(middleware: HostGuard(names: names)) }
        router.add(middleware: MethodGuard(paths: [Route.health.rawValue, Route.metrics.rawValue], folders: []))
        router.get(.health) { _, _ in JSONAnswer.bytes(Array(#"{"ok":true}"#.utf8)) }
        router.group().add(middleware: GzipAnswers())
            .add(middleware: TokenGuard(door: door, viewers: viewers, names: names))
            .add(middleware: WorkGuard(budgets: budgets, places: nil, names: names, units: 50))
            .get(.metrics) { _, context in await metricsAnswer(context) }
        return router
    }

    /// They tell of all hosts together.
    private func metricsAnswer(_ context: PeerContext) async -> Response {
        guard context.grant?.isOfEverything == true else {
            return JSONAnswer.error(
                .forbidden, code: "forbidden", message: "metrics are for those who may see every host")
        }
        return JSONAnswer.text(await metrics.text(), type: "text/plain; version=0.0.4; charset=utf-8")
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

    /// What of a selection may be seen by who asks. It compares with each name once, not with each sample, and is paid
    /// for.
    private func bound(
        _ asked: Selection, by request: Request, _ context: PeerContext
    ) async throws(InvalidQuery) -> BoundSelection {
        guard let selection = context.grant?.bound(asked)?.remembering(in: MatchTable()) else {
            throw InvalidQuery(description: "nothing of it may be seen")
        }
        let pay = payment(of: request, context)
        let paid = Cost.comparing(selection.selection, keys: await window.keysPaidFor(selection))
        pay(paid)
        guard selection.selection.isDear else { return selection }
        await window.compare(selection)
        pay(Cost.comparing(steps: selection.selection.takeWork(), paid: paid))
        return selection
    }

    /// Everyone may see states. Only those who may see every host may see addresses, users and keys, and how far back the
    /// window reaches.
    private func readyAnswer(_ request: Request, _ context: PeerContext) -> Response {
        let (report, isDraining) = (readiness.report, readiness.isDraining)
        let seesAll = seesEverything(request, context)
        return JSONAnswer.bytes(
            report.encode(
                withDetail: seesAll, isDraining: isDraining, depth: seesAll ? readiness.depth : nil),
            status: report.isReady && !isDraining ? .ok : .serviceUnavailable)
    }

    private func seesEverything(_ request: Request, _ context: PeerContext) -> Bool {
        let (given, client) = (request.bearerToken, names.client(of: request, from: context.peer))
        if let door {
            guard given != nil, door.try(given, through: .http, address: client) == .open else { return false }
        }
        return viewers.viewer(showing: given.map(String.init))?.grant.isOfEverything == true
    }
}

extension RouterMethods {
    /// Answers a route of ours.
    @discardableResult
    fileprivate func get(
        _ route: Route, use handler: @escaping @concurrent @Sendable (Request, Context) async throws -> Response
    ) -> Self {
        get(RouterPath(route.rawValue), use: handler)
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
