import NIOCore

/// At most one scheduled task. It is only ever moved to an earlier time: an owner that is woken too early asks again.
///
/// If the loop is behind, a due task has to wait. If the owner asks again in that time, the timer replaces the task, so
/// that one deadline wakes nobody twice.
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

    /// Rounded up to the loop's nanoseconds, because waking too early means waking twice.
    static func delay(until deadline: ContinuousClock.Instant, now: ContinuousClock.Instant) -> TimeAmount {
        TimeAmount(max(.zero, now.duration(to: deadline)) + .nanoseconds(1))
    }

    mutating func cancel() {
        pending?.task.cancel()
        pending = nil
    }
}
