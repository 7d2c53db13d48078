import HeapModule

/// The answers that one socket is waiting for, each with its deadline.
///
/// Adding, answering and asking for the earliest deadline take at most O(log n). So a client that never answers costs
/// only the memory of the answers that wait.
package struct AckRegistry<Callback> {
    package typealias Instant = ContinuousClock.Instant

    /// The earliest deadline is the smallest.
    private struct Deadline: Comparable {
        let at: Instant
        let id: Int

        static func < (left: Deadline, right: Deadline) -> Bool { left.at < right.at }
    }

    private var nextID = 0
    private var pending: [Int: (callback: Callback, deadline: Instant)] = [:]
    /// The deadlines of all pending answers, and of some that are not pending any more. Those leave when they reach the
    /// top, or when they outnumber the pending ones.
    private var deadlines: Heap<Deadline> = []

    package init() {}

    package var count: Int { pending.count }

    /// The earliest deadline.
    package var deadline: Instant? { deadlines.min?.at }

    /// Keeps a callback and gives the id to send. Returns nil and keeps nothing if `limit` callbacks are waiting
    /// already.
    package mutating func add(_ callback: Callback, deadline: Instant, limit: Int = .max) -> Int? {
        guard pending.count < limit else { return nil }
        defer { nextID += 1 }
        pending[nextID] = (callback, deadline)
        deadlines.insert(Deadline(at: deadline, id: nextID))
        return nextID
    }

    /// The callback of an answer; nil if the id is unknown, answered or timed out. Such answers are ignored.
    package mutating func answered(_ id: Int) -> Callback? {
        guard let answered = pending.removeValue(forKey: id) else { return nil }
        forgetAnswered()
        return answered.callback
    }

    /// The callbacks whose time is up, in the order they were added.
    package mutating func timedOut(now: Instant) -> [Callback] {
        var late: [Int] = []
        while let first = deadlines.min, first.at <= now {
            deadlines.removeMin()
            late.append(first.id)
        }
        let callbacks = late.sorted().compactMap { pending.removeValue(forKey: $0)?.callback }
        forgetAnswered()
        return callbacks
    }

    /// All callbacks, for when the socket has left.
    package mutating func drain() -> [Callback] {
        defer {
            pending = [:]
            deadlines = []
        }
        return pending.sorted { $0.key < $1.key }.map(\.value.callback)
    }

    /// Makes sure that the top is pending, and that the heap is not much larger than what is pending.
    private mutating func forgetAnswered() {
        while let first = deadlines.min, pending[first.id] == nil { deadlines.removeMin() }
        guard deadlines.count > 2 * pending.count + 16 else { return }
        deadlines = Heap(pending.map { Deadline(at: $0.value.deadline, id: $0.key) })
    }
}

extension AckRegistry: Sendable where Callback: Sendable {}
