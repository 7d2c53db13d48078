import Probes
import ProcFS
import Testing

@Suite struct CPUShareTests {
    @Test func `splits an interval exactly`() throws {
        let before = Make.ticks(user: 100, nice: 10, system: 50, idle: 1000, iowait: 5, irq: 1, softirq: 2, steal: 3)
        let after = Make.ticks(
            user: 160, nice: 20, system: 70, idle: 1080, iowait: 15, irq: 3, softirq: 6, steal: 7, guest: 8,
            guestNice: 2)
        let share = try #require(CPUShare(from: before, to: after, decimals: 2))
        // 190 ticks; guests are taken out of user and nice.
        #expect(share.percentages == [27.37, 4.21, 10.53, 42.1, 5.26, 1.05, 2.11, 2.11, 5.26])
        #expect(share.parts.reduce(0, +) == 10_000)
    }

    @Test(arguments: [1, 3, 7, 11, 13, 97] as [UInt64])
    func `sums to exactly 100 however it is rounded`(seed: UInt64) throws {
        let after = Make.ticks(
            user: seed, nice: seed * 2, system: seed * 3, idle: 7, iowait: 1, irq: 1, softirq: 1, steal: 1)
        for decimals in [1, 2] {
            let share = try #require(CPUShare(from: CPUTicks(), to: after, decimals: decimals))
            #expect(share.parts.reduce(0, +) == 100 * share.unitsPerPercent)
        }
    }

    @Test func `counters that began anew give nothing`() {
        #expect(CPUShare(from: Make.ticks(user: 900, idle: 500), to: Make.ticks(user: 4, idle: 9), decimals: 2) == nil)
        #expect(CPUShare(from: Make.ticks(idle: .max), to: Make.ticks(user: 4, idle: 3), decimals: 2) == nil)
    }

    @Test func `iowait may fall, as the kernel says, and is then 0`() throws {
        let share = try #require(
            CPUShare(from: Make.ticks(idle: 0, iowait: 9), to: Make.ticks(user: 1, idle: 3, iowait: 8), decimals: 1))
        #expect(share.percentages == [25, 0, 0, 75, 0, 0, 0, 0, 0])
    }

    @Test(arguments: 0..<6)
    func `a counter one tick back stood still`(index: Int) throws {
        let counters: [WritableKeyPath<CPUTicks, UInt64>] = [\.user, \.idle, \.system, \.steal, \.guest, \.irq]
        let counter = counters[index]
        var before = Make.ticks(user: 900, system: 500, idle: 800, irq: 50, steal: 40, guest: 30)
        var after = before
        after.nice += 20
        before[keyPath: counter] += 1
        let share = try #require(CPUShare(from: before, to: after, decimals: 1))
        #expect(share.percentages == [0, 100, 0, 0, 0, 0, 0, 0, 0])
    }

    @Test func `no time passed gives nothing`() {
        #expect(CPUShare(from: Make.ticks(user: 1), to: Make.ticks(user: 1), decimals: 2) == nil)
    }

    @Test(arguments: [
        (10 as UInt64?, 30 as UInt64?, 2.0 as Double?, 10.0 as Double?), (30, 10, 2, nil), (nil, 10, 2, nil),
        (10, nil, 2, nil), (10, 30, nil, nil), (10, 30, 0, nil), (.max, 0, 1, nil), (5, 5, 1, 0),
        // A sum over CPUs that was read a moment too early; 32 bits that wrapped.
        (640, 630, 1, 0), (640, 629, 1, nil), (1_000_000, 999_990, 1, 0), (4_294_967_290, 4, 1, nil),
    ])
    func `a rate needs two readings, time, and a counter that did not begin anew`(
        from: UInt64?, to: UInt64?, seconds: Double?, rate: Double?
    ) {
        #expect(Rate.perSecond(from: from, to: to, seconds: seconds) == rate)
    }
}
