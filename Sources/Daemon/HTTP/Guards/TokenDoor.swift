import Logging
import Synchronization

/// Where tokens are shown: lets the right one in, and makes guessing slow.
///
/// Loud about it: a metric counts each refusal, a line a minute names the address. What it never tells or logs is the
/// token.
final class TokenDoor: Sendable {
    /// The ways in.
    enum Door: String, Sendable, CaseIterable {
        case http
        case socketIO = "socket.io"
    }

    enum Answer: Sendable, Equatable {
        case open
        case wrong
        /// It was not even looked at; in so many seconds one will be.
        case later(seconds: Int)
    }

    private struct State {
        var guesses = TokenGuesses()
        var refused: [Door: Int] = [:]
        var throttles: [Door: LogThrottle] = [:]
    }

    private let token: SharedToken
    private let logger: Logger
    private let state = Mutex(State())

    init(_ token: SharedToken, logger: Logger) {
        self.token = token
        self.logger = logger
    }

    /// Refusals so far.
    func refused(_ door: Door) -> Int { state.withLock { $0.refused[door] ?? 0 } }

    /// Looks at a token; none at all is refused, and is no guess.
    func `try`(
        _ given: (some StringProtocol)?, through door: Door, address: String?, now: ContinuousClock.Instant = .now
    ) -> Answer {
        let (answer, unlogged) = state.withLock { state -> (Answer, Int?) in
            let answer = state.guesses.answer(given, to: token, from: AddressGroup(address), now: now)
            guard answer != .open else { return (answer, nil) }
            state.refused[door, default: 0] += 1
            // A page that has no token yet is no news.
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
