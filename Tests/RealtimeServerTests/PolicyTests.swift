import Testing

@testable import RealtimeServer

struct PolicyTests {
    @Test(
        arguments: [
            (nil, "h:1", true), ("http://h:1", "h:1", true), ("https://h:1", "H:1", true), ("http://h", "h:80", true),
            ("http://h:80", "h", true), ("https://h:443", "h", true), ("http://h:2", "h:1", false),
            ("http://evil", "h:1", false), ("null", "h:1", false), ("http://h:1", nil, false), ("http://", "", false),
            ("file://h:1", "h:1", false), ("http://h:1.evil", "h:1", false), ("http://[::1]:1", "[::1]:1", true),
            ("https://ok.example", "h:1", true), ("https://ok.example:8443", "h:1", false),
        ] as [(String?, String?, Bool)])
    func `an origin is judged`(_ origin: String?, _ host: String?, _ expected: Bool) {
        let policy = OriginPolicy.sameOrigin(also: ["https://OK.example"])
        #expect(policy.allows(origin: origin, host: host) == expected)
        #expect(OriginPolicy.any.allows(origin: origin, host: host) == true)
    }

    @Test func `a bucket lets through its rate and one burst`() {
        let start = ContinuousClock.now
        var bucket = TokenBucket(perSecond: 10, now: start)
        for _ in 0..<10 { #expect(bucket.take(1, now: start) == true) }
        #expect(bucket.take(1, now: start) == false)
        #expect(bucket.take(1, now: start + .milliseconds(99)) == false)
        #expect(bucket.take(1, now: start + .milliseconds(201)) == true)
        #expect(bucket.take(11, now: start + .seconds(100)) == false)
        #expect(bucket.take(10, now: start + .seconds(100)) == true)
    }

    @Test func `connections are counted in all and per address`() {
        var counter = ConnectionCounter(limit: 3, limitPerAddress: 2)
        #expect(counter.opened(from: "a") == true)
        #expect(counter.opened(from: "a") == true)
        #expect(counter.opened(from: "a") == false)
        #expect(counter.opened(from: nil) == true)
        #expect(counter.opened(from: "b") == false)
        counter.closed(from: "a")
        #expect(counter.opened(from: "a") == true)
        #expect(counter.total == 3)
    }

    @Test func `a request has a deadline for each of its phases`() {
        let start = ContinuousClock.now
        var deadline = RequestDeadline(ServerLimits(), now: start)
        #expect(deadline.deadline == start + .seconds(10))
        deadline.headReceived(now: start)
        #expect(deadline.deadline == start + .seconds(30))
        deadline.requestEnded()
        #expect(deadline.deadline == nil)
        deadline.responseEnded(now: start)
        #expect(deadline.deadline == start + .seconds(60))
    }
}
