/// The latest emissions, so that a client that was away can be told what it missed in place of everything.
///
/// Bounded in samples, bytes and age; the samples' bytes are shared with the window as long as that holds them.
public struct EmissionHistory: Sendable {
    private struct Entry {
        let emission: Emission
        let samples: Int
        let bytes: Int
        let time: Double
    }

    private let maxSamples: Int
    private let maxBytes: Int
    private let maxAgeMs: Double
    private var entries: [Entry] = []
    /// Entries before this index have been let go; they are removed from time to time, many at once.
    private var start = 0
    private var sampleCount = 0
    private var byteCount = 0
    private var lastSeq: UInt64

    /// An empty history.
    ///
    /// - Parameter seq: The last emission before it.
    public init(maxSamples: Int, maxBytes: Int, maxAgeMs: Double, seq: UInt64 = 0) {
        self.maxSamples = maxSamples
        self.maxBytes = maxBytes
        self.maxAgeMs = maxAgeMs
        lastSeq = seq
    }

    /// Samples held.
    public var samples: Int { sampleCount }
    /// Bytes of these samples.
    public var bytes: Int { byteCount }

    /// Takes an emission, each in the order of `seq`.
    ///
    /// - Parameter now: Unix epoch in ms.
    public mutating func append(_ emission: Emission, now: Double) {
        let size = Self.size(of: emission.kind)
        entries.append(Entry(emission: emission, samples: size.samples, bytes: size.bytes, time: now))
        sampleCount += size.samples
        byteCount += size.bytes
        lastSeq = emission.seq
        trim(now: now)
    }

    /// What followed the emission `seq`, in order; nil where some of it is not held any more, or `seq` is yet to come.
    public func emissions(after seq: UInt64) -> [Emission]? {
        let held = entries[start...]
        let first = held.first?.emission.seq ?? lastSeq + 1
        guard seq <= lastSeq, seq + 1 >= first else { return nil }
        return held.dropFirst(Int(seq + 1 - first)).map(\.emission)
    }

    private mutating func trim(now: Double) {
        while start < entries.count,
            sampleCount > maxSamples || byteCount > maxBytes || entries[start].time < now - maxAgeMs
        {
            sampleCount -= entries[start].samples
            byteCount -= entries[start].bytes
            start += 1
        }
        guard start > 64, start > entries.count / 2 else { return }
        entries.removeFirst(start)
        start = 0
    }

    /// What has no samples counts as one, so that the number of entries is bounded as well.
    private static func size(of kind: Emission.Kind) -> (samples: Int, bytes: Int) {
        switch kind {
        case .samples(let samples): (samples.count, samples.reduce(0) { $0 + $1.bytes.count })
        case .gone(let keys, let samples): (1 + keys.count + samples.count, 0)
        case .resync(let keys): (1 + keys.count, 0)
        }
    }
}
