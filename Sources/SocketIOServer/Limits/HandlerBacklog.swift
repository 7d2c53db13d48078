import Synchronization

/// The events of one client, in all its namespaces, that wait for handlers. Handlers may end on any thread.
final class HandlerBacklog: Sendable {
    struct Bounds: Sendable {
        let events: Int
        let bytes: Int

        static func * (bounds: Bounds, factor: Int) -> Bounds {
            Bounds(events: bounds.events * factor, bytes: bounds.bytes * factor)
        }

        var half: Bounds { Bounds(events: events / 2, bytes: bytes / 2) }
    }

    private struct State {
        var events = 0
        var bytes = 0
        var endedAt: ContinuousClock.Instant?
        var relief: (bounds: Bounds, tell: @Sendable () -> Void)?

        func exceeds(_ bounds: Bounds) -> Bool { events > bounds.events || bytes > bounds.bytes }
    }

    private let clock: LoopClock
    private let state = Mutex(State())

    init(_ clock: LoopClock) { self.clock = clock }

    func add(bytes: Int) {
        state.withLock {
            $0.events += 1
            $0.bytes += bytes
        }
    }

    /// Some handlers have ended, or will never begin.
    func remove(events: Int, bytes: Int) {
        let tell = state.withLock { state -> (@Sendable () -> Void)? in
            state.events -= events
            state.bytes -= bytes
            guard let relief = state.relief else { return nil }
            state.endedAt = clock.now
            guard !state.exceeds(relief.bounds) else { return nil }
            state.relief = nil
            return relief.tell
        }
        tell?()
    }

    func exceeds(_ bounds: Bounds) -> Bool { state.withLock { $0.exceeds(bounds) } }

    /// When a handler last ended while somebody was waiting for that.
    var endedAt: ContinuousClock.Instant? { state.withLock { $0.endedAt } }

    /// Calls the closure once, on any thread, when no more than that are waiting. It replaces an earlier closure.
    /// Returns false if no more are waiting already.
    func await(_ bounds: Bounds, _ tell: @escaping @Sendable () -> Void) -> Bool {
        state.withLock { state in
            guard state.exceeds(bounds) else {
                state.relief = nil
                return false
            }
            state.relief = (bounds, tell)
            return true
        }
    }

    /// Nobody is waiting any more.
    func forget() { state.withLock { $0.relief = nil } }
}
