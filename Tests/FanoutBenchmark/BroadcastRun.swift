import NIOCore
import SocketIOServer

/// Carries out one order on the server's event loop.
final class BroadcastRun {
    /// Time that one event may wait for a client that was prompt before it.
    private static let patience = TimeAmount.milliseconds(20)

    private let order: Order
    private let namespace: Namespace
    private let eventBytes: Int
    /// Events of one turn of the loop.
    private let together: Int
    private let done: EventLoopPromise<Span>
    private let began = Limits.now()
    private let used = Limits.usedMicroseconds()
    private var events = 0
    private var awaited: Int?

    init(
        _ order: Order, _ namespace: Namespace, eventBytes: Int, together: Int, _ done: EventLoopPromise<Span>
    ) {
        self.order = order
        self.eventBytes = eventBytes
        self.together = together
        self.namespace = namespace
        self.done = done
    }

    func begin() { next() }

    private func next() {
        let elapsed = Limits.now() - began
        guard let due = order.due(events, elapsed: elapsed) else {
            return done.succeed(Span(events: events, microseconds: Limits.usedMicroseconds() - used))
        }
        guard due > elapsed else { return broadcast() }
        namespace.eventLoop.assumeIsolated().scheduleTask(in: .nanoseconds(Int64(due - elapsed))) { self.broadcast() }
    }

    private func broadcast() {
        for _ in 1..<together { namespace.broadcast(event()) }
        events += together
        let number = events
        awaited = number
        let bound = NIOLoopBound(self, eventLoop: namespace.eventLoop)
        namespace.broadcast(event()) { bound.value.goOn(after: number) }
        namespace.eventLoop.assumeIsolated().scheduleTask(in: Self.patience) { self.goOn(after: number) }
    }

    private func event() -> EncodedEvent {
        EncodedEvent(
            unchecked: BenchEvent.name, arguments: [BenchEvent.argument(at: Limits.now(), bytes: eventBytes)])
    }

    /// The event is on the wire, or a client that begins to stall keeps it from there.
    private func goOn(after number: Int) {
        guard awaited == number else { return }
        awaited = nil
        next()
    }
}
