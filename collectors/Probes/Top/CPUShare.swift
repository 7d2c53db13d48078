package import ProcFS

/// How one interval of CPU time was spent. The written parts add up to exactly 100 percent.
package struct CPUShare: Sendable, Equatable {
    /// The fields in the order of samples.
    package static let names: [StaticString] = [
        "user", "nice", "system", "idle", "iowait", "irq", "softirq", "steal", "guest",
    ]

    /// Units of `1 / unitsPerPercent` percent, in the order of `names`.
    package var parts: [Int]
    package let unitsPerPercent: Int

    /// nil if the counters began anew, or if no time has passed.
    ///
    /// A counter that fell a little counts as unchanged: the kernel computes idle times anew at each reading, and a
    /// hypervisor may correct the time that it took. `iowait` may fall by any amount (proc_stat(5)).
    package init?(from previous: CPUTicks, to current: CPUTicks, decimals: Int) {
        var (gained, lost) = (0.0, 0.0)
        func delta(_ path: KeyPath<CPUTicks, UInt64>) -> Int64? {
            let (from, to) = (previous[keyPath: path], current[keyPath: path])
            guard to < from else {
                gained += Double(to - from)
                return Int64(exactly: to - from)
            }
            if path != \.iowait { lost += Double(from - to) }
            return 0
        }
        guard let user = delta(\.user), let nice = delta(\.nice), let system = delta(\.system),
            let idle = delta(\.idle), let irq = delta(\.irq), let softirq = delta(\.softirq),
            let steal = delta(\.steal), let guest = delta(\.guest), let guestNice = delta(\.guestNice),
            let iowait = delta(\.iowait), lost <= gained
        else { return nil }
        let (guests, overflow) = guest.addingReportingOverflow(guestNice)
        guard !overflow else { return nil }
        // user and nice include the guests' time. The counters are not read at exactly the same time, so the sums may
        // be too small.
        let ticks = [
            max(0, user &- guest), max(0, nice &- guestNice), system, idle, iowait, irq, softirq, steal,
            guests,
        ]
        unitsPerPercent = decimals == 2 ? 100 : 10
        guard let parts = Self.parts(of: ticks, total: 100 * unitsPerPercent) else { return nil }
        self.parts = parts
    }

    /// Splits `total` in proportion. What rounding leaves goes to the largest remainders.
    private static func parts(of ticks: [Int64], total: Int) -> [Int]? {
        let sum = ticks.reduce(0.0) { $0 + Double($1) }
        guard sum > 0 else { return nil }
        let exact = ticks.map { Double($0) / sum * Double(total) }
        var parts = exact.map { Int($0) }
        let missing = total - parts.reduce(0, +)
        let byRemainder = exact.indices.sorted { exact[$0] - Double(parts[$0]) > exact[$1] - Double(parts[$1]) }
        for index in byRemainder.prefix(max(0, missing)) { parts[index] += 1 }
        return parts
    }

    /// The percentages in the order of `names`.
    package var percentages: [Double] {
        parts.map { Double($0) / Double(unitsPerPercent) }
    }
}
