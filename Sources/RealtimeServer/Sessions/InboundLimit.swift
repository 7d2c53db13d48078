/// Bounds what one session may send, in packets and bytes per second.
struct InboundLimit: Sendable {
    private var packets: TokenBucket
    private var bytes: TokenBucket

    init(_ limits: ServerLimits, maxPayload: Int, now: ContinuousClock.Instant) {
        packets = TokenBucket(perSecond: limits.inboundPacketsPerSecond, now: now)
        bytes = TokenBucket(perSecond: max(limits.inboundBytesPerSecond, maxPayload), now: now)
    }

    mutating func admits(_ byteCount: Int, now: ContinuousClock.Instant) -> Bool {
        packets.take(1, now: now) && bytes.take(byteCount, now: now)
    }
}
