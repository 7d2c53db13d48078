package import NIOCore

/// Compresses the body of an answer (RFC 1952).
package enum Gzip {
    /// A smaller body is sent as it is.
    package static let leastBytes = 1024

    /// The bytes of all chunks as one gzip member; nil if that would not be smaller.
    ///
    /// - Parameter level: 1 is the fastest, for the event loop. JSON still shrinks to a fifth.
    package static func compress(_ chunks: [ByteBuffer], level: Int = 1) -> ByteBuffer? {
        let total = chunks.reduce(0) { $0 + $1.readableBytes }
        return Deflater(.gzip, level: level)?.compress(chunks, .whole, most: total)
    }
}

/// Large packets that were compressed lately. All clients that poll for the same packet get the same bytes.
struct GzipShelf {
    typealias Instant = ContinuousClock.Instant

    /// Packets of at least this size are sent alone, so that others can get the same answer.
    static let leastBytes = 64 << 10
    private static let most = 4
    /// The receivers of one packet poll for it at almost the same time.
    static let shelfLife = Duration.seconds(1)

    private var shelf: [(packet: ByteBuffer, compressed: ByteBuffer?, at: Instant)] = []

    var isEmpty: Bool { shelf.isEmpty }

    /// The bytes of an answer as gzip; nil if that would not be smaller.
    mutating func compress(_ body: [ByteBuffer], now: Instant) -> ByteBuffer? {
        guard body.count == 1, body[0].readableBytes >= Self.leastBytes else { return Gzip.compress(body) }
        clear(now: now)
        // The same packet is at the same address, so comparing addresses is enough.
        if let known = shelf.first(where: { $0.packet == body[0] }) { return known.compressed }
        let compressed = Gzip.compress(body)
        if shelf.count >= Self.most { shelf.removeFirst() }
        shelf.append((body[0], compressed, now))
        return compressed
    }

    mutating func clear(now: Instant) { shelf.removeAll { now - $0.at >= Self.shelfLife } }
}
