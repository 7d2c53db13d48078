import HeapModule

/// The answers that one socket still waits for, each with its deadline.
///
/// Adding, answering and asking for the earliest deadline take O(log n) at most, so that a client that never answers
/// costs no more than the memory of what waits.
package struct AckRegistry<Callback> {
    package typealias Instant = ContinuousClock.Instant

    /// The earliest one is the least.
    private struct Deadline: Comparable {
        let at: Instant
        let id: Int

        static func < (left: Deadline, right: Deadline) -> Bool { left.at < right.at }
    }

    private var nextID = 0
    private var pending: [Int: (callback: Callback, deadline: Instant)] = [:]
    /// A deadline of each that is pending and, until they come to the top or outnumber those, of some that are not.
    private var deadlines: Heap<Deadline> = []

    package init() {}

    package var count: Int { pending.count }

    /// The earliest deadline.
    package var deadline: Instant? { deadlines.min?.at }

    /// Keeps a callback and gives the id to send; nil, and nothing kept, where `limit` of them wait already.
    package mutating func add(_ callback: Callback, deadline: Instant, limit: Int = .max) -> Int? {
        guard pending.count < limit else { return nil }
        defer { nextID += 1 }
        pending[nextID] = (callback, deadline)
        deadlines.insert(Deadline(at: deadline, id: nextID))
        return nextID
    }

    /// The callback of an answer; nil for an id that is unknown, answered or timed out: such answers are ignored.
    package mutating func answered(_ id: Int) -> Callback? {
        guard let answered = pending.removeValue(forKey: id) else { return nil }
        forgetAnswered()
        return answered.callback
    }

    /// The callbacks whose time is over, in the order they were added.
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

    /// All callbacks, when the socket is gone.
    package mutating func drain() -> [Callback] {
        defer {
            pending = [:]
            deadlines = []
        }
        return pending.sorted { $0.key < $1.key }.map(\.value.callback)
    }

    /// Keeps a pending one at the top, and the heap not much larger than what is pending.
    private mutating func forgetAnswered() {
        while let first = deadlines.min, pending[first.id] == nil { deadlines.removeMin() }
        guard deadlines.count > 2 * pending.count + 16 else { return }
        deadlines = Heap(pending.map { Deadline(at: $0.value.deadline, id: $0.key) })
    }
}

extension AckRegistry: Sendable where Callback: Sendable {}
