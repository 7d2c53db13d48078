import Logging
import NIOCore

/// What all parts of one server know of it from their birth: what it was told, its loop, its clock, its log, and what is
/// to be flushed.
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

/// The time as an event loop has it, for machines that count in `ContinuousClock.Instant`.
///
/// What is scheduled on the loop and what is compared with it go by one clock: where a test moves its loop's time by
/// hand, the machines' time moves with it.
struct LoopClock: Sendable {
    private let eventLoop: any EventLoop
    private let start: NIODeadline
    private let origin = ContinuousClock.now

    init(_ eventLoop: any EventLoop) {
        self.eventLoop = eventLoop
        start = eventLoop.now
    }

    /// Callable from anywhere, as far as the loop's own time is.
    var now: ContinuousClock.Instant { origin + .nanoseconds((eventLoop.now - start).nanoseconds) }
}
