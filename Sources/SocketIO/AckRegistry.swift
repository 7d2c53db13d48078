/// The answers that one socket still waits for, each with its deadline.
package struct AckRegistry<Callback> {
    package typealias Instant = ContinuousClock.Instant

    private var nextID = 0
    private var pending: [Int: (callback: Callback, deadline: Instant)] = [:]

    package init() {}

    package var count: Int { pending.count }

    /// The earliest deadline; O(n), asked when one is added or has passed.
    package var deadline: Instant? { pending.values.lazy.map(\.deadline).min() }

    /// Keeps a callback and gives the id to send.
    package mutating func add(_ callback: Callback, deadline: Instant) -> Int {
        defer { nextID += 1 }
        pending[nextID] = (callback, deadline)
        return nextID
    }

    /// The callback of an answer; nil for an id that is unknown, answered or timed out: such answers are ignored.
    package mutating func answered(_ id: Int) -> Callback? {
        pending.removeValue(forKey: id)?.callback
    }

    /// The callbacks whose time is over, in the order they were added.
    package mutating func timedOut(now: Instant) -> [Callback] {
        let late = pending.filter { $0.value.deadline <= now }.sorted { $0.key < $1.key }
        for (id, _) in late { pending.removeValue(forKey: id) }
        return late.map(\.value.callback)
    }

    /// All callbacks, when the socket is gone.
    package mutating func drain() -> [Callback] {
        defer { pending = [:] }
        return pending.sorted { $0.key < $1.key }.map(\.value.callback)
    }
}

extension AckRegistry: Sendable where Callback: Sendable {}
