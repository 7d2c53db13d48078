import NIOCore
import NIOPosix
import Testing

@testable import SocketIOServer

struct DeadlineTimerTests {
    private final class Alarm {
        var timer: DeadlineTimer
        var rings = 0
        init(_ loop: any EventLoop) { timer = DeadlineTimer(eventLoop: loop, clock: LoopClock(loop)) }
        func set(at deadline: ContinuousClock.Instant) { timer.schedule(at: deadline) { self.rings += 1 } }
    }

    /// What counts a violation for each ring would count one client twice.
    @Test func `a loop that is behind rings once for a deadline, however often it is set meanwhile`() async throws {
        let loop = MultiThreadedEventLoopGroup.singleton.next()
        let alarm = try await loop.submit {
            let alarm = Alarm(loop)
            let deadline = ContinuousClock.now + .milliseconds(1)
            alarm.set(at: deadline)
            // The loop does other things until that is past.
            while ContinuousClock.now <= deadline {}
            for _ in 0..<3 { alarm.set(at: deadline) }
            return NIOLoopBound(alarm, eventLoop: loop)
        }.get()
        // Behind all that is due by now.
        let rings = try await loop.scheduleTask(in: .milliseconds(5)) { alarm.value.rings }.futureResult.get()
        #expect(rings == 1)
    }

    /// Told by the order in which the loop comes to both, which no load changes.
    @Test func `a deadline rings before what the loop itself has to do 50 us later`() async throws {
        let loop = MultiThreadedEventLoopGroup.singleton.next()
        let round = { @Sendable () async throws -> Bool in
            let rang = loop.makePromise(of: Bool.self)
            try await loop.submit {
                let alarm = Alarm(loop)
                let now = NIODeadline.now()
                alarm.set(at: .now + .milliseconds(2))
                loop.assumeIsolated().scheduleTask(deadline: now + .milliseconds(2) + .microseconds(50)) {
                    rang.succeed(alarm.rings == 1)
                }
            }.get()
            return try await rang.futureResult.get()
        }
        var early = 0
        // Where the machine stops the process between two looks at its clock, that one is lost.
        for _ in 0..<100 where try await round() { early += 1 }
        #expect(early >= 80)
    }
}
