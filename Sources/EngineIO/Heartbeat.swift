/// The server's side of the Engine.IO heartbeat (§Heartbeat): ping, wait for the pong, rest, ping again.
///
/// Times count from when something was due, not from when a busy machine came to it. While the server itself does not
/// read, no pong can be late: pings go on, since clients wait for them, and the time-out stands still.
package struct Heartbeat: Sendable, Equatable {
    package typealias Instant = ContinuousClock.Instant

    private enum State: Equatable {
        case resting
        case awaitingPong(until: Instant)
        /// What the client sends is not read; `left` of the time-out, where a pong is owed.
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

    /// When `deadlineReached` has something to do at the earliest.
    package var deadline: Instant {
        switch state {
        case .resting, .unread: nextPing
        case .awaitingPong(let until): until
        }
    }

    /// A pong that nobody asked for changes nothing.
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

    /// From now on a pong may lie unread.
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

    /// What a client gets of its time-out in any case, however late the server itself was.
    private var least: Duration { timeout / 4 }
}
