internal import NIOCore

/// One timer on an event loop that is moved only when it has to fire earlier: deadlines that move into the future with
/// every request cost nothing, the early call finds nothing to do and sets the next.
///
/// Must be used on the event loop only.
final class WakeUp {
    private var scheduled: Scheduled<Void>?
    private var firesAt: NIODeadline?

    /// Calls `body` at `time` or before; nil leaves a timer that is set to fire once more.
    func schedule(at time: NIODeadline?, on eventLoop: any EventLoop, _ body: @escaping () -> Void) {
        guard let time else { return }
        if let firesAt, firesAt <= time { return }
        scheduled?.cancel()
        firesAt = time
        scheduled = eventLoop.assumeIsolated().scheduleTask(deadline: time) { [weak self] in
            self?.firesAt = nil
            body()
        }
    }

    func cancel() {
        scheduled?.cancel()
        (scheduled, firesAt) = (nil, nil)
    }
}
