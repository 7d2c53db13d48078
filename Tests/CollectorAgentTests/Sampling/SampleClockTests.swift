import CollectorAgent
import Testing

@Suite struct SampleClockTests {
    @Test(arguments: [(0, 1000), (1, 1000), (999, 1000), (1000, 2000), (1001, 2000)] as [(Int64, Int64)])
    func `the next moment is a whole multiple of the interval, always later`(now: Int64, due: Int64) {
        var clock = SampleClock(intervalMs: 1000)
        #expect(clock.next(nowMs: now) == due)
    }

    @Test func `a timer that fires early does not get its moment twice`() {
        var clock = SampleClock(intervalMs: 1000)
        #expect([500, 999, 2001].map { clock.next(nowMs: $0) } == [1000, 2000, 3000])
    }

    @Test func `moments that passed are left out`() {
        var clock = SampleClock(intervalMs: 100)
        #expect([50, 1234].map { clock.next(nowMs: $0) } == [100, 1300])
    }

    @Test func `a clock set back does not stop the samples`() {
        var clock = SampleClock(intervalMs: 1000)
        #expect([900_500, 300].map { clock.next(nowMs: $0) } == [901_000, 1000])
    }
}
