import NIOCore

/// Decides when changes go out. If no flush is under way, they go at once. Otherwise they gather until the last flush
/// is on the wire, or until `longest` has passed. So a burst goes out in few large frames, and a quiet stream without
/// delay.
struct FlushPolicy: Equatable {
    private enum State: Equatable {
        case idle
        /// A flush is under way, and nothing waits.
        case onTheWire(flush: Int)
        /// A flush is under way, and changes wait for it.
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
        /// An earlier change is waiting already.
        case join
    }

    /// Changes have come and are not sent yet.
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

    /// The kernel has the bytes of `flush`, for every client that keeps up.
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

    /// Changes have waited for `flush` as long as `longest`.
    mutating func deadlineReached(behind flush: Int) -> ContinueAction {
        state == .gathering(behind: flush) ? .flush(begin()) : .rest
    }

    private mutating func begin() -> Int {
        lastFlush += 1
        state = .onTheWire(flush: lastFlush)
        return lastFlush
    }
}
