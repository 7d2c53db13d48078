/// Lets through so much per second on average, and as much at once.
struct TokenBucket: Sendable, Equatable {
    typealias Instant = ContinuousClock.Instant

    private let perSecond: Double
    private var tokens: Double
    private var filledAt: Instant

    init(perSecond: Int, now: Instant) {
        self.perSecond = Double(perSecond)
        tokens = Double(perSecond)
        filledAt = now
    }

    /// False where the amount is more than what is left.
    mutating func take(_ amount: Int, now: Instant) -> Bool {
        let elapsed = now - filledAt
        let seconds = Double(elapsed.components.seconds) + Double(elapsed.components.attoseconds) * 1e-18
        tokens = min(perSecond, tokens + max(0, seconds) * perSecond)
        filledAt = now
        guard tokens >= Double(amount) else { return false }
        tokens -= Double(amount)
        return true
    }
}
