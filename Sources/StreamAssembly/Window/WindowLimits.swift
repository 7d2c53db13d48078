/// The bounds of a ``SampleWindow``; each holds after every step.
public struct WindowLimits: Sendable, Equatable {
    /// A bound that makes no sense.
    public struct Invalid: Error, Equatable, CustomStringConvertible {
        /// Which bound, what it was, and what is allowed.
        public let description: String
    }

    /// Samples in all.
    public let samples: Int
    /// Bytes in all: of members as they are held, compressed or not, and what holding them costs (``WindowCosts``).
    public let bytes: Int
    /// The greatest age in ms, by the daemon's clock, of a sample that is not among the newest ``kept`` of its key.
    public let ageMs: Double
    /// Samples of one key.
    public let perKey: Int

    /// So many newest samples of a key leave by no age, and under pressure after all others of their host.
    var kept = 30
    var costs = WindowCosts()

    /// 1,500,000 samples, 896 MiB, 10 minutes, 600 of one key.
    public static let standard = WindowLimits(unchecked: 1_500_000, 896 << 20, 600_000, 600)

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

    private init(unchecked samples: Int, _ bytes: Int, _ ageMs: Double, _ perKey: Int) {
        self.samples = samples
        self.bytes = bytes
        self.ageMs = ageMs
        self.perKey = perKey
    }
}

/// What holding samples costs in memory besides their bytes, as it is counted.
struct WindowCosts: Sendable, Equatable {
    /// A key: its tables, here and with whoever follows it, and 16 rows of its ``KeyLedger``. Keys without number are no
    /// cheap way to fill memory.
    var key = 3584
    /// A byte of a key's name.
    var nameByte = 2
    /// A sample: its place in its key's orders and tables, and two rows of the ``KeyLedger``.
    var sample = 160
    /// A frame: the room that two arrays take besides what they hold.
    var frame = 128
    /// A host and probe that samples of a key without a host name.
    var origin = 512
    /// A row of the ledger beyond two for each sample and those of the key.
    var row = 32
    /// A member that does not count, since another has its `id`.
    var shadowed = 96

    static let none = WindowCosts(key: 0, nameByte: 0, sample: 0, frame: 0, origin: 0, row: 0, shadowed: 0)

    /// What is known of a key besides its samples.
    ///
    /// - Parameters:
    ///   - rows: in its ledger.
    ///   - shadowed: members that do not count.
    func besides(samples: Int, rows: Int, shadowed: Int) -> Int {
        row * max(0, rows - 2 * samples - KeyLedger.keptAtLeast) + self.shadowed * shadowed
    }
}

/// How many samples left a window because of each of its limits.
public struct WindowLosses: Sendable, Equatable {
    /// By ``WindowLimits/ageMs``.
    public internal(set) var age = 0
    /// By ``WindowLimits/samples``.
    public internal(set) var samples = 0
    /// By ``WindowLimits/bytes``.
    public internal(set) var bytes = 0
    /// By ``WindowLimits/perKey``.
    public internal(set) var perKey = 0
}
