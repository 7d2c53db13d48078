/// The bounds of a ``SampleWindow``; each holds after every step.
public struct WindowLimits: Sendable, Equatable {
    /// A bound that makes no sense.
    public struct Invalid: Error, Equatable, CustomStringConvertible {
        /// Which bound, what it was, and what is allowed.
        public let description: String
    }

    /// Samples in all.
    public let samples: Int
    /// Bytes of all members together, and ``keyBytes`` for each key.
    public let bytes: Int
    /// The greatest age in ms, by the daemon's clock.
    public let ageMs: Double
    /// Samples of one key.
    public let perKey: Int

    /// What a key costs besides its members: 1 KiB, so that keys without number are no cheap way to fill memory.
    let keyBytes: Int

    /// 20,000 samples, 64 MiB, 10 minutes, 600 of one key.
    public static let standard = WindowLimits(unchecked: 20_000, 64 << 20, 600_000, 600)

    /// - Throws: ``Invalid`` where a bound is below 1.
    public init(samples: Int, bytes: Int, ageMs: Double, perKey: Int) throws(Invalid) {
        for (name, value) in [("samples", samples), ("bytes", bytes), ("perKey", perKey)] where value < 1 {
            throw Invalid(description: "\(name): \(value) is not allowed; allowed: 1 or more")
        }
        guard ageMs >= 1, ageMs.isFinite else {
            throw Invalid(description: "ageMs: \(ageMs) is not allowed; allowed: 1 or more")
        }
        self.init(unchecked: samples, bytes, ageMs, perKey)
    }

    /// The same with another cost of a key.
    init(_ limits: WindowLimits, keyBytes: Int) {
        self.init(unchecked: limits.samples, limits.bytes, limits.ageMs, limits.perKey, keyBytes: keyBytes)
    }

    private init(unchecked samples: Int, _ bytes: Int, _ ageMs: Double, _ perKey: Int, keyBytes: Int = 1024) {
        self.samples = samples
        self.bytes = bytes
        self.ageMs = ageMs
        self.perKey = perKey
        self.keyBytes = keyBytes
    }
}
