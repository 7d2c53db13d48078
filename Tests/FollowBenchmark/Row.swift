/// One run's result.
struct Row {
    let way: Way
    let pace: Pace
    let sent: Int
    let missing: Int
    let doubled: Int
    /// Samples per second from the first that was sent to the last that came.
    let rate: Double
    /// From the writer's socket to the client's hands, ms.
    let p50: Double
    let p99: Double

    init(
        way: Way, pace: Pace, sent: [ContinuousClock.Instant], arrivals: [ContinuousClock.Instant?], doubled: Int
    ) {
        self.way = way
        self.pace = pace
        self.sent = sent.count
        self.doubled = doubled
        let latencies = zip(sent, arrivals).compactMap { sent, arrived in
            arrived.map { Self.milliseconds($0 - sent) }
        }.sorted()
        missing = sent.count - latencies.count
        p50 = Self.quantile(0.50, of: latencies)
        p99 = Self.quantile(0.99, of: latencies)
        if let first = sent.first, let last = arrivals.compactMap({ $0 }).max() {
            rate = Double(latencies.count) / (Self.milliseconds(last - first) / 1000)
        } else {
            rate = 0
        }
    }

    static let heading = Self.line("way", "pace", "sent", "missing", "doubled", "samples/s", "p50 ms", "p99 ms")

    var text: String {
        Self.line(
            way.rawValue, "\(pace)", "\(sent)", "\(missing)", "\(doubled)", Self.decimal(rate), Self.decimal(p50),
            Self.decimal(p99))
    }

    static func decimal(_ value: Double) -> String {
        guard value.isFinite else { return "-" }
        guard value < 100 else { return "\(Int(value.rounded()))" }
        let hundredths = Int((value * 100).rounded())
        return "\(hundredths / 100).\(hundredths % 100 / 10)\(hundredths % 10)"
    }

    private static func line(_ way: String, _ fields: String...) -> String {
        way.padding(20) + fields.map { String(repeating: " ", count: max(1, 12 - $0.count)) + $0 }.joined()
    }

    private static func quantile(_ share: Double, of sorted: [Double]) -> Double {
        sorted.isEmpty ? .nan : sorted[min(sorted.count - 1, Int(Double(sorted.count) * share))]
    }

    private static func milliseconds(_ duration: Duration) -> Double {
        duration / .milliseconds(1)
    }
}

extension String {
    fileprivate func padding(_ width: Int) -> String {
        self + String(repeating: " ", count: max(0, width - count))
    }
}
