/// How fast one session is read, in packets and bytes per second.
///
/// What was read counts whole, so a large message may run up a debt; until it is paid nothing more is to be read.
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

    /// Counts what was read. The attachments of an event come as messages of their own, but count as its bytes alone.
    mutating func took(packets count: Int, bytes byteCount: Int, now: Instant) {
        packets.spend(count, now: now)
        bytes.spend(byteCount, now: now)
    }

    /// Counts a frame that carries nothing; false where there are too many.
    mutating func admitsControl(now: Instant) -> Bool { control.take(1, now: now) }

    /// When the debts are paid; nil where there are none.
    var paidAt: Instant? {
        switch (packets.paidAt, bytes.paidAt) {
        case (let first?, let second?): max(first, second)
        case (let one, let other): one ?? other
        }
    }
}
