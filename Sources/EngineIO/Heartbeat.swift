/// The server's side of the Engine.IO heartbeat (§Heartbeat): ping, wait for the pong, rest, ping again.
package struct Heartbeat: Sendable, Equatable {
    package typealias Instant = ContinuousClock.Instant

    private enum State: Equatable {
        case resting(until: Instant)
        case awaitingPong(until: Instant)
    }

    private let interval: Duration
    private let timeout: Duration
    private var state: State

    package init(interval: Duration, timeout: Duration, now: Instant) {
        self.interval = interval
        self.timeout = timeout
        state = .resting(until: now + interval)
    }

    /// When `deadlineReached` has something to do at the earliest.
    package var deadline: Instant {
        switch state {
        case .resting(let until), .awaitingPong(let until): until
        }
    }

    /// A pong that nobody asked for changes nothing.
    package mutating func pongReceived(now: Instant) {
        guard case .awaitingPong = state else { return }
        state = .resting(until: now + interval)
    }

    package enum DeadlineAction: Equatable { case wait, sendPing, timedOut }

    package mutating func deadlineReached(now: Instant) -> DeadlineAction {
        guard now >= deadline else { return .wait }
        switch state {
        case .resting:
            state = .awaitingPong(until: now + timeout)
            return .sendPing
        case .awaitingPong:
            return .timedOut
        }
    }
}
