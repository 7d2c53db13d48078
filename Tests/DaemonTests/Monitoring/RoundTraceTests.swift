import KeyspaceFollower
import NIOCore
import StreamAssembly
import Testing

@testable import Daemon
@testable import StreamAssembly

@Suite struct RoundTraceTests {
    private func at(_ milliseconds: Int64) -> NIODeadline { .uptimeNanoseconds(0) + .milliseconds(milliseconds) }

    private func emission(_ seq: UInt64, samples: Int) -> Emission {
        let samples = (0..<samples).map { number in
            Sample(
                key: "sa:{a}:top", host: "a", probe: "top", id: "a:top:\(number)", t: 1, bytes: [],
                memberHash: UInt64(number))
        }
        return Emission(seq: seq, kind: .samples(samples))
    }

    private func times(_ heard: Int64, keys: Int = 1) -> ReadingTimes {
        ReadingTimes(heard: at(heard), asked: at(heard + 1), answered: at(heard + 3), keys: keys)
    }

    @Test func `rounds that gathered behind a flush go out with the next one`() {
        var trace = RoundTrace()
        trace.read(times(0, keys: 2))
        trace.applied([emission(1, samples: 2)], isSent: true, now: at(4))
        trace.flushed(1, now: at(4))
        for heard in [5, 10] as [Int64] {
            trace.read(times(heard))
            trace.applied([emission(UInt64(heard), samples: 1)], isSent: true, now: at(heard + 4))
        }
        let first = trace.onWire(1, now: at(20))
        #expect(first.map(\.seq) == [1])
        #expect(first.map(\.samples) == [2])
        #expect(first.map(\.times) == [times(0, keys: 2)])
        #expect(first.map(\.onWire) == [at(20)])
        trace.flushed(2, now: at(20))
        let second = trace.onWire(2, now: at(26))
        #expect(second.map(\.seq) == [5, 10])
        #expect(second.map(\.applied) == [at(9), at(14)])
        #expect(second.map(\.flushed) == [at(20), at(20)])
        #expect(second.map(\.onWire) == [at(26), at(26)])
        #expect(trace.onWire(2, now: at(30)).isEmpty)
    }

    @Test func `a round that nobody gets is not traced`() {
        var trace = RoundTrace()
        trace.read(times(0))
        trace.applied([emission(1, samples: 1)], isSent: false, now: at(4))
        trace.applied([emission(2, samples: 1)], isSent: true, now: at(5))
        trace.read(times(6))
        trace.applied([], isSent: true, now: at(7))
        trace.flushed(1, now: at(8))
        #expect(trace.onWire(1, now: at(9)).isEmpty)
    }
}
