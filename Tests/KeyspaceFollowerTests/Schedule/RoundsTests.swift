import NIOCore
import Testing

@testable import KeyspaceFollower

@Suite struct TickPolicyTests {
    @Test(arguments: [(0, 0), (900, 0), (1000, 0), (2000, 10_000), (4000, 30_000), (9000, 50_000), (5_000_000, 50_000)])
    func `waits longer as rounds grow`(workMicroseconds: Int64, waitMicroseconds: Int64) {
        let policy = TickPolicy(maximum: .milliseconds(50))
        #expect(policy.wait(afterWork: .microseconds(workMicroseconds)) == .microseconds(waitMicroseconds))
    }
}

@Suite struct RoundsTests {
    private let start = NIODeadline.uptimeNanoseconds(0)

    @Test func `a round ends with the last of its batches and then waits for all their work`() {
        var rounds = Rounds(maxTick: .milliseconds(50), now: start)
        #expect(rounds.begin(urgent: 100) == 100)
        rounds.took(64)
        rounds.batchEnded(work: .milliseconds(2), now: start)
        #expect(rounds.count == 0)
        #expect(rounds.due == start)
        #expect(rounds.begin(urgent: 90) == 36, "keys that came meanwhile are for the next round")
        rounds.took(36)
        rounds.batchEnded(work: .milliseconds(2), now: start)
        #expect(rounds.count == 1)
        #expect(rounds.due == start + .milliseconds(30))
    }

    @Test func `a batch without urgent keys is no round`() {
        var rounds = Rounds(maxTick: .milliseconds(50), now: start)
        rounds.batchEnded(work: .seconds(1), now: start)
        #expect(rounds.count == 0)
        #expect(rounds.due == start)
    }

    @Test func `a lost connection ends the round that runs`() {
        var rounds = Rounds(maxTick: .milliseconds(50), now: start)
        _ = rounds.begin(urgent: 100)
        rounds.took(64)
        rounds.abandon()
        #expect(rounds.begin(urgent: 3) == 3)
    }
}
