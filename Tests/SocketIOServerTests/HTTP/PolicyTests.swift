import NIOCore
import Testing

@testable import SocketIOServer

struct PolicyTests {
    @Test(
        arguments: [
            (nil, "h:1", true), ("http://h:1", "h:1", true), ("https://h:1", "H:1", true), ("http://h", "h:80", true),
            ("http://h:80", "h", true), ("https://h:443", "h", true), ("http://h:2", "h:1", false),
            ("http://evil", "h:1", false), ("null", "h:1", false), ("http://h:1", nil, false), ("http://", "", false),
            ("file://h:1", "h:1", false), ("http://h:1.evil", "h:1", false), ("http://[::1]:1", "[::1]:1", true),
            ("HTTP://H", "h:80", true), ("http://h:80", "h:80", true), ("https://h", "h:443", true),
            ("https://h", "h:80", false), ("http://[0:0::1]", "[::1]:80", true), ("http://u@h:1", "h:1", false),
            ("http://h:1/", "h:1", false), ("http://h:", "h", true), ("HTTPS://ok.EXAMPLE:443", "h:1", true),
            ("https://ok.example", "h:1", true), ("https://ok.example:8443", "h:1", false),
            ("HTTPS://ok.example:443", "h:1", true), ("http://ok.example", "h:1", false),
            ("http://ok.example:443", "h:1", false),
            ("http://h", "h:443", false), ("http://h:0080", "h", true), ("http://[0::1]:1", "[::1]:1", true),
            ("http://h.", "h", false),
            ("http://[::1].evil", "[::1]", false), ("http://[::1]", "[::1].evil", false), ("http://h/", "h", false),
            ("http://a@h", "h", false), ("http://h:1", "h:1, evil", false), ("http://h:1 ", "h:1", false),
        ] as [(String?, String?, Bool)])
    func `an origin is judged`(_ origin: String?, _ host: String?, _ expected: Bool) {
        let policy = OriginPolicy.sameOrigin(also: ["https://OK.example"])
        #expect(policy.allows(origin: origin, host: host) == expected)
        #expect(OriginPolicy.any.allows(origin: origin, host: host) == true)
    }

    @Test(
        arguments: [
            ("https://h", "h", true, true), ("http://h", "h", true, false), ("https://h", "h", false, false),
            ("http://h", "h:80", false, true), ("https://h:443", "h", true, true), ("https://h", "h", nil, true),
            ("https://h:8443", "h:8443", true, true), ("https://ok.example", "h", false, true),
        ] as [(String, String, Bool?, Bool)])
    func `where the outer scheme is known the origin has to have it`(
        _ origin: String, _ host: String, _ isSecure: Bool?, _ expected: Bool
    ) {
        let policy = OriginPolicy.sameOrigin(also: ["https://ok.example"])
        #expect(policy.allows(origin: origin, host: host, isSecure: isSecure) == expected)
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

    @Test func `a bucket tells when a debt is paid, and a little more`() {
        let start = ContinuousClock.now
        var bucket = TokenBucket(perSecond: 10, burst: 20, now: start)
        bucket.spend(20, now: start)
        #expect(bucket.paidAt == nil)
        bucket.spend(5, now: start)
        #expect(bucket.paidAt == start + .milliseconds(510))
        bucket.spend(0, now: start + .milliseconds(510))
        #expect(bucket.paidAt == nil)
    }

    @Test(arguments: [0, 1, 999, 50_000, 123_456_789, 25_000_000_000] as [Int64])
    func `a timer asks for no more than a nanosecond past its deadline`(_ nanoseconds: Int64) {
        let now = ContinuousClock.now
        let delay = DeadlineTimer.delay(until: now + .nanoseconds(nanoseconds), now: now)
        #expect(delay == .nanoseconds(nanoseconds + 1))
        #expect(DeadlineTimer.delay(until: now - .seconds(1), now: now) == .nanoseconds(1))
    }

    @Test func `connections are counted in all and per address`() {
        var counter = ConnectionCounter(limit: 4, limitPerAddress: 2, exempt: AddressRange.loopback)
        let open = { (counter: inout ConnectionCounter, text: String) -> ConnectionCounter.FullLimit? in
            let address = IPAddress(text)
            if let refusal = counter.refusal(for: address) { return refusal }
            counter.opened(from: address)
            return nil
        }
        #expect(open(&counter, "192.0.2.1") == nil)
        // The same address, as a socket for both protocols writes it.
        #expect(open(&counter, "::ffff:192.0.2.1") == nil)
        #expect(open(&counter, "192.0.2.1") == .address)
        #expect(open(&counter, "127.0.0.1") == nil)
        #expect(open(&counter, "::1") == nil)
        #expect(open(&counter, "192.0.2.2") == .all)
        counter.closed(from: IPAddress("192.0.2.1"))
        #expect(open(&counter, "192.0.2.1") == nil)
        #expect(counter.total == 4)
        #expect(counter.addresses == 1)
    }

    @Test func `an IPv6 network of 64 bits is one client`() {
        var counter = ConnectionCounter(limit: 10, limitPerAddress: 1)
        counter.opened(from: IPAddress("2001:db8:1:2::1"))
        #expect(counter.refusal(for: IPAddress("2001:db8:1:2:ffff:ffff:ffff:ffff")) == .address)
        #expect(counter.refusal(for: IPAddress("2001:db8:1:3::1")) == nil)
        counter.closed(from: IPAddress("2001:db8:1:2::1"))
        #expect(counter.addresses == 0)
    }

    @Test(
        arguments: [
            ("10.0.0.0/8", "10.255.0.1", true), ("10.0.0.0/8", "11.0.0.1", false), ("10.1.2.3/8", "10.9.9.9", true),
            ("10.0.0.0/8", "::ffff:10.0.0.1", true), ("::ffff:10.0.0.0/104", "10.0.0.1", true),
            ("192.0.2.1", "192.0.2.1", true), ("192.0.2.1", "192.0.2.2", false), ("0.0.0.0/0", "8.8.8.8", true),
            ("0.0.0.0/0", "2001:db8::1", false), ("::/0", "8.8.8.8", true), ("2001:db8::/32", "2001:db8:ff::1", true),
            ("2001:db8::/33", "2001:db8:8000::1", false), ("2001:db8::1/128", "2001:db8::1", true),
            ("2001:db8::/64", "2001:db8::ffff", true), ("fe80::/10", "fe80::1%eth0", true),
        ]) func `a range contains the addresses that begin alike`(_ range: String, _ address: String, _ expected: Bool)
    {
        #expect(AddressRange(range)?.contains(address) == expected)
    }

    @Test(
        arguments: [
            "", "/", "10.0.0.0/33", "10.0.0.0/", "10.0.0.0/-1", "10.0.0.0/+8", "10.0/8", "host/8", "2001:db8::/129",
            "::/0/0", "10.0.0.0/8 ", "fe80::1%eth0/64", "1.2.3.4/0x8",
        ]) func `what is no range is nil`(_ text: String)
    {
        #expect(AddressRange(text) == nil)
    }

    @Test func `a request has a deadline for each of its phases`() {
        let start = ContinuousClock.now
        var deadline = RequestDeadline(ServerLimits(), now: start)
        #expect(deadline.deadline == start + .seconds(10))
        deadline.headReceived(now: start)
        #expect(deadline.deadline == start + .seconds(30))
        deadline.requestEnded(now: start)
        #expect(deadline.deadline == nil)
        deadline.responseEnded(now: start)
        #expect(deadline.deadline == start + .seconds(60))
        deadline.headerBegan(now: start + .seconds(1))
        #expect(deadline.deadline == start + .seconds(11))
    }

    @Test func `an answer before the end of its request leaves a deadline at each moment`() {
        let start = ContinuousClock.now
        var deadline = RequestDeadline(ServerLimits(), now: start)
        deadline.headReceived(now: start)
        deadline.responseEnded(now: start)
        #expect(deadline.deadline == start + .seconds(30))
        deadline.requestEnded(now: start)
        #expect(deadline.deadline == start + .seconds(60))
    }
}
