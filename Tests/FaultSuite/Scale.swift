/// How much of everything a run does.
struct Scale: Sendable {
    let samples: Int
    let keys = 20
    /// Samples per second of all collectors together.
    let rate = 500
    /// Samples of a burst.
    let burst: Int
    /// How long a stalled server stalls where it stays within the follower's deadlines.
    let stall: Duration
    /// How long it stays silent beyond them.
    let silence: Duration = .seconds(7)
    /// How long to watch for doubles when everything is there.
    let settle: Duration
    /// How long everything may take to be there.
    let patience: Duration = .seconds(25)

    /// 3,000 samples in 6 s, and a whole reconciliation watched afterwards.
    static let full = Scale(samples: 3000, burst: 100_000, stall: .milliseconds(1500), settle: .seconds(6))
    /// A second's worth of writing.
    static let short = Scale(samples: 600, burst: 10_000, stall: .milliseconds(600), settle: .milliseconds(300))
}
