internal import NIOCore

/// The search for keys: one `SCAN` after the other, from the first cursor to the last, again and again.
struct KeySearch {
    private enum State: Equatable {
        case waiting(until: NIODeadline)
        case running(cursor: String)
    }

    /// One step takes Redis 0.7 ms. With this rest for each, a search takes a tenth of its time at most.
    private static let restPerStep = TimeAmount.milliseconds(7)
    private static let longestRest = TimeAmount.minutes(1)

    private var state = State.waiting(until: .distantFuture)
    private var steps: Int64 = 0
    private var wasSteppedLast = false
    /// All keys were found once since the connection came up.
    private(set) var isComplete = false

    /// The connection is up, and keys may have come that nobody named.
    mutating func connected() {
        isComplete = false
        restart()
    }

    /// The connection is up, and nothing was missed meanwhile.
    mutating func resumed() {
        if !isComplete { restart() }
    }

    /// Begins at once, though the next search is not due.
    mutating func restart() { state = .running(cursor: "0") }

    /// Redis answered a step; `next` is its cursor, "0" at the end.
    mutating func stepped(to next: String, interval: TimeAmount, now: NIODeadline) {
        steps += 1
        guard next == "0" else { return state = .running(cursor: next) }
        state = .waiting(until: now + max(interval, min(Self.restPerStep * steps, Self.longestRest)))
        steps = 0
        isComplete = true
    }

    /// Moves the next search; one that runs goes on.
    mutating func setNext(_ time: NIODeadline, onlyEarlier: Bool) {
        guard case .waiting(let until) = state else { return }
        state = .waiting(until: onlyEarlier ? min(until, time) : time)
    }

    /// When the next search begins; while one runs it is not the clock that decides.
    var due: NIODeadline {
        if case .waiting(let until) = state { until } else { .distantFuture }
    }

    mutating func beginIfDue(_ now: NIODeadline) {
        if due <= now { restart() }
    }

    /// The cursor of the next step. Steps and other work take turns.
    mutating func takeStep(isOtherWorkDue: Bool) -> String? {
        guard case .running(let cursor) = state, !wasSteppedLast || !isOtherWorkDue else {
            wasSteppedLast = false
            return nil
        }
        wasSteppedLast = true
        return cursor
    }
}
