/// The server's side of the Engine.IO heartbeat (§Heartbeat): send a ping, wait for the pong, rest, and ping again.
///
/// Times count from when something was due, not from when a busy machine did it. While the server itself does not read,
/// a pong cannot be late: the time-out stands still. Pings go on, because clients wait for them.
package struct Heartbeat: Sendable, Equatable {
    package typealias Instant = ContinuousClock.Instant

    private enum State: Equatable {
        case resting
        case awaitingPong(until: Instant)
        /// The server does not read what the client sends. If a pong is owed, `left` of its time-out remains.
        case unread(left: Duration?)
    }

    private let interval: Duration
    private let timeout: Duration
    private var state: State = .resting
    private var nextPing: Instant

    package init(interval: Duration, timeout: Duration, now: Instant) {
        self.interval = interval
        self.timeout = timeout
        nextPing = now + interval
    }

    /// The earliest time at which `deadlineReached` has something to do.
    package var deadline: Instant {
        switch state {
        case .resting, .unread: nextPing
        case .awaitingPong(let until): until
        }
    }

    /// A pong without a ping changes nothing.
    package mutating func pongReceived(now: Instant) {
        guard case .awaitingPong = state else { return }
        state = .resting
        nextPing = now + interval
    }

    package enum DeadlineAction: Equatable { case wait, sendPing, timedOut }

    package mutating func deadlineReached(now: Instant) -> DeadlineAction {
        guard now >= deadline else { return .wait }
        switch state {
        case .resting:
            state = .awaitingPong(until: max(nextPing + timeout, now + least))
            nextPing = now + interval
            return .sendPing
        case .unread(let left):
            state = .unread(left: left ?? timeout)
            nextPing = now + interval
            return .sendPing
        case .awaitingPong:
            return .timedOut
        }
    }

    /// From now on a pong may have come without being read.
    package mutating func readingPaused(now: Instant) {
        switch state {
        case .resting: state = .unread(left: nil)
        case .awaitingPong(let until): state = .unread(left: until - now)
        case .unread: break
        }
    }

    package mutating func readingResumed(now: Instant) {
        guard case .unread(let left) = state else { return }
        state = left.map { .awaitingPong(until: now + max($0, least)) } ?? .resting
    }

    /// The least time that a client gets for its pong, however late the server itself was.
    private var least: Duration { timeout / 4 }
}
