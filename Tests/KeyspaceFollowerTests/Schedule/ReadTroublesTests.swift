import NIOCore
import Testing

@testable import KeyspaceFollower

@Suite struct RetryListTests {
    @Test func `doubles its waits until what was refused succeeds`() {
        var list = RetryList(first: .seconds(1), last: .seconds(3))
        var now = NIODeadline.uptimeNanoseconds(0)
        for wait in [1, 2, 3, 3] {
            list.add("a", .probe, now: now)
            list.add("b", .probe, now: now)
            #expect(list.due == now + .seconds(Int64(wait)))
            #expect(list.take(now).isEmpty)
            now = now + .seconds(Int64(wait))
            #expect(list.take(now).count == 2)
            list.succeeded("b")
        }
        list.succeeded("a")
        list.add("a", .probe, now: now)
        #expect(list.due == now + .seconds(1))
    }

    @Test func `remembers the greatest need`() {
        var list = RetryList(first: .seconds(1), last: .seconds(3))
        let now = NIODeadline.uptimeNanoseconds(0)
        list.add("a", .probe, now: now)
        #expect(list.raise("a", .full) == true)
        #expect(list.raise("b", .full) == false)
        #expect(list.take(now + .seconds(1)).map(\.need) == [.full])
    }
}
