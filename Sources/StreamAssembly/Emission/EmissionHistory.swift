/// The latest emissions, so that a client that was away gets only what it missed.
///
/// Limited in samples, bytes and age. The bytes of samples are shared with the window while they are in it.
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
    /// Entries before this index count as removed. From time to time many of them are really removed at once.
    private var start = 0
    private var sampleCount = 0
    private var byteCount = 0
    private var lastSeq: UInt64

    /// An empty history.
    ///
    /// - Parameter seq: the last emission before it.
    public init(maxSamples: Int, maxBytes: Int, maxAgeMs: Double, seq: UInt64 = 0) {
        self.maxSamples = maxSamples
        self.maxBytes = maxBytes
        self.maxAgeMs = maxAgeMs
        lastSeq = seq
    }

    /// The number of samples in it.
    public var samples: Int { sampleCount }
    /// The bytes of these samples.
    public var bytes: Int { byteCount }

    /// The first emission that it has, or the next one that there will be.
    public var oldest: UInt64 { entries[start...].first?.emission.seq ?? lastSeq + 1 }

    /// Takes the next emission, in the order of `seq`.
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

    /// All emissions after `seq`, in order. Nil if some of them are not here any more, or if `seq` is still to come.
    public func emissions(after seq: UInt64) -> [Emission]? {
        guard seq <= lastSeq, seq + 1 >= oldest else { return nil }
        return entries[start...].dropFirst(Int(seq + 1 - oldest)).map(\.emission)
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

    /// An emission without samples counts as one, so that the number of entries is limited too.
    private static func size(of kind: Emission.Kind) -> (samples: Int, bytes: Int) {
        switch kind {
        case .samples(let samples): (samples.count, samples.reduce(0) { $0 + $1.bytes.count })
        case .gone(let keys, let samples): (1 + keys.count + samples.count, 0)
        case .resync(let keys): (1 + keys.count, 0)
        }
    }
}
