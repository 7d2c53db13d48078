import NIOCore
import Testing

@testable import Daemon

@Suite struct FlushPolicyTests {
    private static let start = NIODeadline.uptimeNanoseconds(1_000_000_000)

    @Test func `a change is flushed at once while nothing is on the wire`() {
        var policy = FlushPolicy(longest: .milliseconds(50))
        #expect(policy.changesArrived(now: Self.start) == .flush(1))
        #expect(policy.flushCompleted(1) == .rest)
        #expect(policy.changesArrived(now: Self.start) == .flush(2))
    }

    @Test func `changes gather until the last flush is on the wire`() {
        var policy = FlushPolicy(longest: .milliseconds(50))
        #expect(policy.changesArrived(now: Self.start) == .flush(1))
        let deadline = Self.start + .milliseconds(60)
        #expect(policy.changesArrived(now: Self.start + .milliseconds(10)) == .wait(behind: 1, until: deadline))
        #expect(policy.changesArrived(now: Self.start + .milliseconds(20)) == .join)
        #expect(policy.flushCompleted(1) == .flush(2))
        #expect(policy.flushCompleted(2) == .rest)
    }

    @Test func `changes wait at most the longest time for a flush that does not end`() {
        var policy = FlushPolicy(longest: .milliseconds(50))
        #expect(policy.changesArrived(now: Self.start) == .flush(1))
        _ = policy.changesArrived(now: Self.start)
        #expect(policy.deadlineReached(behind: 1) == .flush(2))
        #expect(policy.flushCompleted(1) == .rest, "a late completion of an older flush releases nothing")
        #expect(policy.changesArrived(now: Self.start) == .wait(behind: 2, until: Self.start + .milliseconds(50)))
    }

    @Test func `a deadline that was overtaken flushes nothing`() {
        var policy = FlushPolicy(longest: .milliseconds(50))
        _ = policy.changesArrived(now: Self.start)
        _ = policy.changesArrived(now: Self.start)
        #expect(policy.flushCompleted(1) == .flush(2))
        #expect(policy.deadlineReached(behind: 1) == .rest)
        #expect(policy.flushCompleted(2) == .rest)
        #expect(policy.deadlineReached(behind: 2) == .rest)
    }
}
