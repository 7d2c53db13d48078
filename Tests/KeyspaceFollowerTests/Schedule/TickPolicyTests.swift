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
