import NIOCore
import Testing

@testable import KeyspaceFollower

@Suite struct RoundClockTests {
    private func at(_ milliseconds: Int64) -> NIODeadline { .uptimeNanoseconds(0) + .milliseconds(milliseconds) }

    @Test func `all batches of a round answer its first event, and events meanwhile are of the next round`() {
        var clock = RoundClock()
        clock.heard(now: at(1))
        clock.heard(now: at(2))
        #expect(clock.reads(round: 1, now: at(5)) == at(1))
        clock.heard(now: at(6))
        clock.heard(now: at(7))
        #expect(clock.reads(round: 1, now: at(8)) == at(1))
        #expect(clock.reads(round: 2, now: at(9)) == at(6))
    }

    @Test func `a round that no event asked for begins when it reads`() {
        var clock = RoundClock()
        #expect(clock.reads(round: 1, now: at(5)) == at(5))
        clock.heard(now: at(6))
        #expect(clock.reads(round: 2, now: at(7)) == at(6))
        #expect(clock.reads(round: 3, now: at(9)) == at(9))
    }
}
