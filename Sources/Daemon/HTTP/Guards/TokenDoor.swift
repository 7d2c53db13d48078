import HTTPTypes
import Hummingbird
import Logging
import Synchronization

/// Checks tokens: it lets the right one in, and makes guessing slow.
///
/// Refusals are visible: a metric counts each one, and a log line a minute names the address. The token itself is never
/// told or logged.
final class TokenDoor: Sendable {
    /// The ways by which tokens come.
    enum Door: String, Sendable, CaseIterable {
        case http
        case socketIO = "socket.io"
    }

    enum Answer: Sendable, Equatable {
        case open
        case wrong
        /// The token was not even checked. Try again after this many seconds.
        case later(seconds: Int)
    }

    private struct State {
        var token: SharedToken
        var guesses = TokenGuesses()
        var refused: [Door: Int] = [:]
        var throttles: [Door: LogThrottle] = [:]
    }

    private let logger: Logger
    private let state: Mutex<State>

    init(_ token: SharedToken, logger: Logger) {
        state = Mutex(State(token: token))
        self.logger = logger
    }

    /// From now on another token opens. Who is in stays in.
    func replace(_ token: SharedToken) { state.withLock { $0.token = token } }

    /// Refusals so far.
    func refused(_ door: Door) -> Int { state.withLock { $0.refused[door] ?? 0 } }

    /// Checks a token. A missing token is refused, but does not count as a guess.
    func `try`(
        _ given: (some StringProtocol)?, through door: Door, address: String?, now: ContinuousClock.Instant = .now
    ) -> Answer {
        let (answer, unlogged) = state.withLock { state -> (Answer, Int?) in
            let answer = state.guesses.answer(given, to: state.token, from: AddressGroup(address), now: now)
            guard answer != .open else { return (answer, nil) }
            state.refused[door, default: 0] += 1
            // A page without a token yet is nothing to log.
            guard given?.isEmpty == false else { return (answer, nil) }
            return (answer, state.throttles[door, default: LogThrottle()].occurred(now: now))
        }
        if let unlogged { logger.tokenRefused(door, address, unloggedBefore: unlogged) }
        return answer
    }

    /// The sentence for ``Answer/later(seconds:)``.
    static func tooMany(_ seconds: Int) -> String {
        "too many wrong tokens from this address; try again in \(seconds) s"
    }
}

/// Asks for the shared token, as `Authorization: Bearer TOKEN` (RFC 6750).
struct TokenGuard: RouterMiddleware {
    private struct NoLongerAllowed: Error {}

    let door: TokenDoor?
    let viewers: Viewers
    let names: HostNames

    func handle(
        _ request: Request, context: PeerContext, next: @concurrent (Request, PeerContext) async throws -> Response
    ) async throws -> Response {
        let client = names.client(of: request, from: context.peer)
        switch door?.try(request.bearerToken, through: .http, address: client) {
        case .open, nil:
            guard let viewer = viewers.viewer(showing: request.bearerToken.map(String.init)) else {
                return Self.refusal
            }
            var context = context
            context.grant = viewer.grant
            return Self.limit(try await next(request, context), until: viewer.ends)
        case .wrong: return Self.refusal
        case .later(let seconds): return JSONAnswer.busy(TokenDoor.tooMany(seconds), retryAfter: seconds)
        }
    }

    private static var refusal: Response {
        var response = JSONAnswer.error(
            .unauthorized, code: "unauthorized", message: "send the header 'Authorization: Bearer TOKEN'")
        response.headers[.wwwAuthenticate] = "Bearer"
        return response
    }

    /// The same answer, cut off at that time. Its end is missing then, so nobody takes it for whole.
    private static func limit(_ response: Response, until ends: ContinuousClock.Instant?) -> Response {
        guard let ends else { return response }
        var response = response
        let length = response.body.contentLength
        let body = response.body.map { piece in
            guard ContinuousClock.now < ends else { throw NoLongerAllowed() }
            return piece
        }
        response.body = ResponseBody(contentLength: length) { try await body.write($0) }
        return response
    }
}

extension Request {
    /// The token of `Authorization: Bearer TOKEN`; the scheme's name is compared without case (RFC 9110 §11.1).
    var bearerToken: Substring? {
        guard let given = headers[.authorization], given.prefix(7).lowercased() == "bearer " else { return nil }
        return given.dropFirst(7)
    }
}

/// The one token that all clients share.
struct SharedToken: Sendable {
    private let bytes: [UInt8]

    init(_ token: String) {
        bytes = Array(token.utf8)
    }

    /// Compares in a time that depends only on the given length, so that the delay of an answer tells nothing about the
    /// token.
    func matches(_ given: some StringProtocol) -> Bool {
        var difference = given.utf8.count ^ bytes.count
        var index = 0
        for byte in given.utf8 {
            difference |= Int(byte ^ bytes[index % bytes.count])
            index += 1
        }
        return difference == 0
    }
}
