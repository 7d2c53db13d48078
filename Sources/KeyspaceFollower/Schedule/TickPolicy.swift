internal import NIOCore

/// How long to gather events before the next round: not at all while rounds are cheap, longer as the rate grows, so that
/// one read serves many events.
struct TickPolicy: Equatable {
    let maximum: TimeAmount
    /// Work below this costs no wait.
    private static let free = TimeAmount.milliseconds(1)

    /// `work` is the time the last round kept this process busy, without waiting for Redis.
    func wait(afterWork work: TimeAmount) -> TimeAmount {
        guard work > Self.free else { return .nanoseconds(0) }
        let wait = min(work - Self.free, maximum) * 10
        return min(wait, maximum)
    }
}
