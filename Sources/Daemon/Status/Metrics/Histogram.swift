import NIOCore

/// How long something took, counted in buckets: an array that is made once. Recording is a search of five steps and three
/// additions, without a lock or an allocation.
struct Histogram: Sendable, Equatable {
    /// The upper ends of the buckets in ns, and as `/metrics` writes them in seconds; a last bucket takes what is longer.
    static let bounds: [(nanoseconds: Int64, label: String)] = [
        (25_000, "0.000025"), (50_000, "0.00005"), (100_000, "0.0001"), (250_000, "0.00025"), (500_000, "0.0005"),
        (1_000_000, "0.001"), (2_500_000, "0.0025"), (5_000_000, "0.005"), (10_000_000, "0.01"), (25_000_000, "0.025"),
        (50_000_000, "0.05"), (100_000_000, "0.1"), (250_000_000, "0.25"), (500_000_000, "0.5"),
        (1_000_000_000, "1"), (2_500_000_000, "2.5"), (5_000_000_000, "5"), (10_000_000_000, "10"),
    ]
    private static let ends = bounds.map(\.nanoseconds)

    /// By bucket, each without those before it.
    private(set) var counts = [Int](repeating: 0, count: bounds.count + 1)
    private(set) var sum: Int64 = 0

    /// Of all that was recorded.
    var count: Int { counts.reduce(0, +) }

    /// A time below zero counts as none: the clock of a trace may be read twice in the wrong order.
    mutating func record(_ time: TimeAmount) {
        let time = max(0, time.nanoseconds)
        var (low, high) = (0, Self.ends.count)
        while low < high {
            let middle = (low + high) / 2
            if Self.ends[middle] < time { low = middle + 1 } else { high = middle }
        }
        counts[low] += 1
        sum &+= time
    }
}
