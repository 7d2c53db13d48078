import NIOCore

/// At most one scheduled task, moved only to an earlier time: whoever is woken too early asks to be woken again.
///
/// A task that is due stays pending until the loop comes to it, late where the loop is behind: asked again meanwhile, the
/// timer replaces it, so that nobody is woken twice for one deadline.
struct DeadlineTimer {
    private let eventLoop: any EventLoop
    private let clock: LoopClock
    private var pending: (task: Scheduled<Void>, deadline: ContinuousClock.Instant)?

    init(eventLoop: any EventLoop, clock: LoopClock) {
        self.eventLoop = eventLoop
        self.clock = clock
    }

    mutating func schedule(at deadline: ContinuousClock.Instant, _ body: @escaping () -> Void) {
        let now = clock.now
        if let pending, pending.deadline > now {
            guard deadline < pending.deadline else { return }
        }
        pending?.task.cancel()
        let task = eventLoop.assumeIsolated().scheduleTask(in: Self.delay(until: deadline, now: now), body)
        pending = (task, deadline)
    }

    /// Rounded up to the loop's nanoseconds: woken too early it would have to be woken again.
    static func delay(until deadline: ContinuousClock.Instant, now: ContinuousClock.Instant) -> TimeAmount {
        TimeAmount(max(.zero, now.duration(to: deadline)) + .nanoseconds(1))
    }

    mutating func cancel() {
        pending?.task.cancel()
        pending = nil
    }
}
