/// Lets through so much per second on average, and so much at once.
struct TokenBucket: Sendable, Equatable {
    typealias Instant = ContinuousClock.Instant

    private let perSecond: Double
    private let burst: Double
    private var tokens: Double
    private var filledAt: Instant

    init(perSecond: Int, burst: Int? = nil, now: Instant) {
        self.perSecond = Double(max(1, perSecond))
        self.burst = Double(max(1, burst ?? perSecond))
        tokens = self.burst
        filledAt = now
    }

    /// False, and nothing taken, where the amount is more than what is left.
    mutating func take(_ amount: Int, now: Instant) -> Bool {
        fill(now)
        guard tokens >= Double(amount) else { return false }
        tokens -= Double(amount)
        return true
    }

    /// Takes the amount, be it more than what is left.
    mutating func spend(_ amount: Int, now: Instant) {
        fill(now)
        tokens -= Double(amount)
    }

    /// A little after the debt is paid, so that whoever waits for it is not woken for each token; nil without a debt.
    var paidAt: Instant? {
        tokens < 0 ? filledAt + .seconds(-tokens / perSecond) + .milliseconds(10) : nil
    }

    private mutating func fill(_ now: Instant) {
        let elapsed = now - filledAt
        let seconds = Double(elapsed.components.seconds) + Double(elapsed.components.attoseconds) * 1e-18
        tokens = min(burst, tokens + max(0, seconds) * perSecond)
        filledAt = now
    }
}
