import KeyspaceFollower
import NIOCore
import Testing

@testable import Daemon

@Suite struct HistogramTests {
    @Test func `each bucket takes what is up to its end and above the one before`() {
        for (index, bound) in Histogram.bounds.enumerated() {
            var histogram = Histogram()
            histogram.record(.nanoseconds(bound.nanoseconds))
            histogram.record(.nanoseconds(bound.nanoseconds + 1))
            var expected = [Int](repeating: 0, count: Histogram.bounds.count + 1)
            expected[index] = 1
            expected[index + 1] = 1
            #expect(histogram.counts == expected)
            #expect(histogram.sum == 2 * bound.nanoseconds + 1)
        }
    }

    @Test func `a time below zero counts as none, and a very long one in the last bucket`() {
        var histogram = Histogram()
        histogram.record(.nanoseconds(-5))
        histogram.record(.hours(1))
        #expect(histogram.counts.first == 1)
        #expect(histogram.counts.last == 1)
        #expect(histogram.sum == TimeAmount.hours(1).nanoseconds)
    }

    @Test func `the labels of the buckets are their ends in seconds, in order`() {
        #expect(Histogram.bounds.map { Double($0.label) } == Histogram.bounds.map { Double($0.nanoseconds) / 1e9 })
        #expect(Histogram.bounds.map(\.nanoseconds) == Histogram.bounds.map(\.nanoseconds).sorted())
    }
}

@Suite struct FeedTimesTests {
    private func at(_ milliseconds: Int64) -> NIODeadline { .uptimeNanoseconds(0) + .milliseconds(milliseconds) }

    private func read(_ times: inout FeedTimes, heard: Int64, asked: Int64, answered: Int64, keys: Int = 1) {
        times.read(ReadingTimes(heard: at(heard), asked: at(asked), answered: at(answered), keys: keys))
    }

    @Test func `a change is timed from its event to the wire, station by station`() throws {
        var times = FeedTimes()
        read(&times, heard: 100, asked: 110, answered: 140)
        times.applied(began: at(140), ended: at(141), .flush(1))
        let flush = times.flushBegins(isEmpty: false, now: at(142))
        times.onWire(try #require(flush), now: at(150))
        #expect(times.lag.sum == 40_000_000)
        #expect(times.reading.sum == 30_000_000)
        #expect(times.applying.sum == 1_000_000)
        #expect(times.flushing.sum == 8_000_000)
        #expect(times.emitting.sum == 50_000_000)
        #expect((times.flushes, times.conflations) == (1, 0))
    }

    @Test func `changes that wait go out with the time of the oldest, and are counted as conflated`() throws {
        var times = FeedTimes()
        let waits: [(Int64, FlushPolicy.ArrivalAction)] = [(100, .wait(behind: 1, until: at(160))), (120, .join)]
        for (heard, action) in waits {
            read(&times, heard: heard, asked: 121, answered: 122)
            times.applied(began: at(122), ended: at(123), action)
        }
        let flush = times.flushBegins(isEmpty: false, now: at(130))
        times.onWire(try #require(flush), now: at(140))
        #expect(times.emitting.sum == 40_000_000)
        #expect((times.flushes, times.conflations) == (1, 2))
    }

    @Test func `what nobody gets is no flush, and leaves no time behind`() throws {
        var times = FeedTimes()
        read(&times, heard: 100, asked: 100, answered: 101)
        times.applied(began: at(101), ended: at(102), nil)
        read(&times, heard: 200, asked: 200, answered: 201)
        times.applied(began: at(201), ended: at(202), .flush(1))
        let nothing = times.flushBegins(isEmpty: true, now: at(203))
        #expect(nothing == nil)
        read(&times, heard: 300, asked: 300, answered: 301)
        times.applied(began: at(301), ended: at(302), .flush(2))
        let flush = times.flushBegins(isEmpty: false, now: at(303))
        times.onWire(try #require(flush), now: at(310))
        #expect(times.emitting.sum == 10_000_000)
        #expect(times.flushes == 1)
    }

    @Test func `changes of the replication stream are not read, and count from when they came`() throws {
        var times = FeedTimes()
        read(&times, heard: 100, asked: 100, answered: 100, keys: 0)
        times.applied(began: at(100), ended: at(101), .flush(1))
        let flush = times.flushBegins(isEmpty: false, now: at(101))
        times.onWire(try #require(flush), now: at(105))
        #expect((times.lag.count, times.reading.count) == (0, 0))
        #expect(times.emitting.sum == 5_000_000)
    }
}
