import NIOCore

/// Decides when changes go out: at once while nothing is on the wire; else they gather until the last flush is, or
/// until `longest` has passed, so that a burst is sent in few large frames and a quiet stream without delay.
struct FlushPolicy: Equatable {
    private enum State: Equatable {
        case idle
        /// A flush is on its way and nothing waits.
        case onTheWire(flush: Int)
        /// A flush is on its way and changes wait for it.
        case gathering(behind: Int)
    }

    let longest: TimeAmount
    private var state = State.idle
    private var lastFlush = 0

    init(longest: TimeAmount) {
        self.longest = longest
    }

    enum ArrivalAction: Equatable {
        case flush(Int)
        /// Call ``deadlineReached(behind:)`` with this flush at that time.
        case wait(behind: Int, until: NIODeadline)
        /// An earlier change waits already.
        case join
    }

    /// Changes have come that are not sent yet.
    mutating func changesArrived(now: NIODeadline) -> ArrivalAction {
        switch state {
        case .idle:
            return .flush(begin())
        case .onTheWire(let flush):
            state = .gathering(behind: flush)
            return .wait(behind: flush, until: now + longest)
        case .gathering:
            return .join
        }
    }

    enum ContinueAction: Equatable {
        case flush(Int)
        case rest
    }

    /// The bytes of `flush` are in the kernel's hands for every client that takes them.
    mutating func flushCompleted(_ flush: Int) -> ContinueAction {
        switch state {
        case .onTheWire(flush):
            state = .idle
            return .rest
        case .gathering(behind: flush):
            return .flush(begin())
        case .idle, .onTheWire, .gathering:
            return .rest
        }
    }

    /// Changes have waited behind `flush` for `longest`.
    mutating func deadlineReached(behind flush: Int) -> ContinueAction {
        state == .gathering(behind: flush) ? .flush(begin()) : .rest
    }

    private mutating func begin() -> Int {
        lastFlush += 1
        state = .onTheWire(flush: lastFlush)
        return lastFlush
    }
}
