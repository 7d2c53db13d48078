import NIOCore

/// At most one scheduled task, moved only to an earlier time: whoever is woken too early asks to be woken again.
struct DeadlineTimer {
    private let eventLoop: any EventLoop
    private var pending: (task: Scheduled<Void>, deadline: ContinuousClock.Instant)?

    init(eventLoop: any EventLoop) { self.eventLoop = eventLoop }

    mutating func schedule(at deadline: ContinuousClock.Instant, _ body: @escaping () -> Void) {
        let now = ContinuousClock.now
        if let pending, pending.deadline > now {
            guard deadline < pending.deadline else { return }
            pending.task.cancel()
        }
        let delay = max(.zero, now.duration(to: deadline))
        // Rounded up: woken a little late rather than a little early and again.
        let task = eventLoop.assumeIsolated().scheduleTask(in: TimeAmount(delay) + .milliseconds(1), body)
        pending = (task, deadline)
    }

    mutating func cancel() {
        pending?.task.cancel()
        pending = nil
    }
}
