/// How fast the server reads one session, in packets and bytes per second.
///
/// A message counts in whole, so a large one may leave a debt. Until the debt is paid, nothing more should be read.
struct InboundPace: Sendable {
    typealias Instant = ContinuousClock.Instant

    private var packets: TokenBucket
    private var bytes: TokenBucket
    private var control: TokenBucket

    init(_ limits: ServerLimits, maxPayload: Int, now: Instant) {
        packets = TokenBucket(perSecond: limits.inboundPacketsPerSecond, now: now)
        bytes = TokenBucket(
            perSecond: limits.inboundBytesPerSecond, burst: max(limits.inboundBytesPerSecond, maxPayload), now: now)
        control = packets
    }

    /// Counts what was read. The attachments of an event come as messages of their own, but only their bytes count.
    mutating func took(packets count: Int, bytes byteCount: Int, now: Instant) {
        packets.spend(count, now: now)
        bytes.spend(byteCount, now: now)
    }

    /// Counts a frame without content. Returns false if there are too many.
    mutating func admitsControl(now: Instant) -> Bool { control.take(1, now: now) }

    /// When the debts are paid; nil if there are none.
    var paidAt: Instant? {
        switch (packets.paidAt, bytes.paidAt) {
        case (let first?, let second?): max(first, second)
        case (let one, let other): one ?? other
        }
    }
}

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

    /// Takes the amount. Returns false and takes nothing if less than that is left.
    mutating func take(_ amount: Int, now: Instant) -> Bool {
        fill(now)
        guard tokens >= Double(amount) else { return false }
        tokens -= Double(amount)
        return true
    }

    /// Takes the amount, even if less than that is left.
    mutating func spend(_ amount: Int, now: Instant) {
        fill(now)
        tokens -= Double(amount)
    }

    /// A little after the debt is paid, so that a waiting reader is not woken for each token; nil without a debt.
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
