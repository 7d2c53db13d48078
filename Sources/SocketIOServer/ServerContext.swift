import Logging
import NIOCore

/// What all parts of one server know from the start: its configuration, loop, clock and log, and the queue of what to
/// flush.
final class ServerContext: Sendable {
    let configuration: SocketIOServerConfiguration
    let eventLoop: any EventLoop
    let logger: Logger
    let clock: LoopClock
    private let queue: NIOLoopBoundBox<FlushQueue>

    init(_ configuration: SocketIOServerConfiguration, eventLoop: any EventLoop, logger: Logger) {
        self.configuration = configuration
        self.eventLoop = eventLoop
        self.logger = logger
        clock = LoopClock(eventLoop)
        queue = .makeBoxSendingValue(FlushQueue(eventLoop: eventLoop), eventLoop: eventLoop)
    }

    /// Only on the event loop.
    var flushes: FlushQueue { queue.value }
}

/// The time of an event loop, for state machines that count in `ContinuousClock.Instant`.
///
/// Timers of the loop and comparisons with it use the same clock. If a test moves its loop's time by hand, the time of
/// the machines moves with it.
struct LoopClock: Sendable {
    private let eventLoop: any EventLoop
    private let start: NIODeadline
    private let origin = ContinuousClock.now

    init(_ eventLoop: any EventLoop) {
        self.eventLoop = eventLoop
        start = eventLoop.now
    }

    /// Callable from anywhere, if the loop's own time is.
    var now: ContinuousClock.Instant { origin + .nanoseconds((eventLoop.now - start).nanoseconds) }
}
