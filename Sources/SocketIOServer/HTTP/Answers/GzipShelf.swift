import NIOCore

/// Large packets that were compressed lately: all who poll for the same one get the same bytes.
struct GzipShelf {
    typealias Instant = ContinuousClock.Instant

    /// From here on a packet is sent alone, so that its answer is what others get, too.
    static let leastBytes = 64 << 10
    private static let most = 4
    /// Those who are owed the same packet poll for it within a moment.
    static let shelfLife = Duration.seconds(1)

    private var shelf: [(packet: ByteBuffer, compressed: ByteBuffer?, at: Instant)] = []

    var isEmpty: Bool { shelf.isEmpty }

    /// The bytes of an answer as gzip; nil where that would not be smaller.
    mutating func compress(_ body: [ByteBuffer], now: Instant) -> ByteBuffer? {
        guard body.count == 1, body[0].readableBytes >= Self.leastBytes else { return Gzip.compress(body) }
        clear(now: now)
        // The same packet is the same memory: to compare is to look at an address.
        if let known = shelf.first(where: { $0.packet == body[0] }) { return known.compressed }
        let compressed = Gzip.compress(body)
        if shelf.count >= Self.most { shelf.removeFirst() }
        shelf.append((body[0], compressed, now))
        return compressed
    }

    mutating func clear(now: Instant) { shelf.removeAll { now - $0.at >= Self.shelfLife } }
}
