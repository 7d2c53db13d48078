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

    /// Takes this many keys; many events had come for those whose numbers are divisible by `busy`.
    private func take(_ keys: Range<Int>, busy: Int = 1, from rounds: inout Rounds) {
        for key in keys { rounds.took("\(key)", additions: key.isMultiple(of: busy) ? 5 : 4) }
    }

    @Test func `a round ends with the last of its batches and its busy keys then rest for all its work`() {
        var rounds = Rounds(maxTick: .milliseconds(50), now: start)
        #expect(rounds.begin(urgent: 100) == 100)
        take(0..<64, busy: 30, from: &rounds)
        #expect(rounds.batchEnded(work: .milliseconds(2), now: start).isEmpty)
        #expect(rounds.count == 0)
        #expect(rounds.begin(urgent: 90) == 36, "keys that came meanwhile are for the next round")
        take(64..<100, busy: 30, from: &rounds)
        #expect(rounds.batchEnded(work: .milliseconds(2), now: start) == ["0", "30", "60", "90"])
        #expect(rounds.count == 1)
        #expect(rounds.restEnds == start + .milliseconds(30))
    }

    @Test func `keys for which one event came do not rest, however much work they were`() {
        var rounds = Rounds(maxTick: .milliseconds(50), now: start)
        _ = rounds.begin(urgent: 5000)
        for key in 0..<5000 { rounds.took("\(key)", additions: 1) }
        #expect(rounds.batchEnded(work: .seconds(1), now: start).isEmpty)
        #expect(rounds.restEnds == start)
    }

    @Test func `keys that rest are not kept from their turn by those that join them`() {
        var rounds = Rounds(maxTick: .milliseconds(50), now: start)
        _ = rounds.begin(urgent: 1)
        rounds.took("a", additions: 9)
        #expect(rounds.batchEnded(work: .milliseconds(9), now: start) == ["a"])
        let later = start + .milliseconds(40)
        _ = rounds.begin(urgent: 1)
        rounds.took("b", additions: 9)
        #expect(rounds.batchEnded(work: .milliseconds(9), now: later) == ["b"])
        #expect(rounds.restEnds == start + .milliseconds(50))
    }

    @Test func `a key that would outrun its window rests for a moment only`() {
        var rounds = Rounds(maxTick: .milliseconds(50), now: start)
        for (hurries, rest) in [(true, 10), (false, 50)] as [(Bool, Int64)] {
            _ = rounds.begin(urgent: 1)
            rounds.took("a", additions: 9)
            if hurries { rounds.hurry() }
            #expect(rounds.batchEnded(work: .milliseconds(9), now: start) == ["a"])
            #expect(rounds.restEnds == start + .milliseconds(rest))
            rounds.abandon(now: start)
        }
    }

    @Test func `a batch without urgent keys is no round`() {
        var rounds = Rounds(maxTick: .milliseconds(50), now: start)
        #expect(rounds.batchEnded(work: .seconds(1), now: start).isEmpty)
        #expect(rounds.count == 0)
        #expect(rounds.restEnds == start)
    }

    @Test func `a lost connection ends the round that runs, and all rest`() {
        var rounds = Rounds(maxTick: .milliseconds(50), now: start)
        _ = rounds.begin(urgent: 1)
        rounds.took("a", additions: 9)
        _ = rounds.batchEnded(work: .milliseconds(9), now: start)
        _ = rounds.begin(urgent: 100)
        take(0..<64, from: &rounds)
        rounds.abandon(now: start)
        #expect(rounds.restEnds == start)
        #expect(rounds.begin(urgent: 3) == 3)
    }
}
