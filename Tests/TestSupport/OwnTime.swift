import NIOCore
import NIOPosix
import Synchronization

/// Time as this process gets it: it stands still while a busy machine keeps the process from running, as what is timed
/// then does too. Counted in ticks of an event loop, each of which takes its whole length at least.
package final class OwnTime: Sendable {
    private static let tick = Duration.milliseconds(50)

    private let ticks: Counter
    private let task: RepeatedTask

    private final class Counter: Sendable {
        let value = Atomic<Int>(0)
    }

    /// Begins at zero.
    package init() {
        let ticks = Counter()
        self.ticks = ticks
        task = MultiThreadedEventLoopGroup.singleton.next().scheduleRepeatedTask(
            initialDelay: TimeAmount(Self.tick), delay: TimeAmount(Self.tick)
        ) { _ in ticks.value.add(1, ordering: .relaxed) }
    }

    deinit { task.cancel() }

    /// Since the beginning.
    package var elapsed: Duration { Self.tick * ticks.value.load(ordering: .relaxed) }
}
