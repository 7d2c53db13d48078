import HTTPTypes
import Hummingbird
import NIOCore

/// Lets expensive requests through if the budget of their address and the places for large answers allow it. The others
/// get 429 with the time to wait.
///
/// A large answer keeps samples alive while its reader is slow, so only a few are sent at once.
struct WorkGuard: RouterMiddleware {
    let budgets: AddressBudgets
    /// For answers that may be large.
    let places: AnswerPlaces?
    let names: HostNames
    /// The least cost of a request, in units of ``WorkBudget``.
    let units: Double

    func handle(
        _ request: Request, context: PeerContext, next: @concurrent (Request, PeerContext) async throws -> Response
    ) async throws -> Response {
        let group = AddressGroup(names.client(of: request, from: context.peer))
        switch budgets.ask(units, of: group, now: .now) {
        case .granted: break
        case .busy(let seconds):
            return JSONAnswer.busy(
                "more was asked for than one address may; try again in \(seconds) s", retryAfter: seconds)
        case .excess:
            return JSONAnswer.busy("more was asked for than one address may; try again later", retryAfter: 60)
        }
        let place = places?.take(group, now: .now, cut: context.cut)
        guard places == nil || place != nil else {
            return JSONAnswer.busy("as many answers as may be are on their way; try again in 1 s", retryAfter: 1)
        }
        var response = try await next(request, context)
        let length = response.body.contentLength
        // The rest is paid piece by piece, as it is written.
        let body = response.body.map { piece in
            budgets.pay(Cost.encoding(bytes: piece.readableBytes), of: group, now: .now)
            return piece
        }
        response.body = ResponseBody(contentLength: length) { writer in
            defer { place?.leave() }
            guard let place else { return try await body.write(writer) }
            try await body.write(PlacedWriter(writer, place))
        }
        return response
    }
}
