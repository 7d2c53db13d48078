/// One sample: a member of a sorted set that was found to be a JSON object with an `id`.
///
/// `bytes` are the member's, unchanged: nothing decodes and encodes a sample again. What a sample is, is told by its key
/// and its `id` together: two keys that hold one `id` hold two samples.
public struct Sample: Sendable, Equatable {
    /// What a client can tell from the sample itself, and what it has to be told besides.
    public struct Traits: OptionSet, Sendable {
        /// The bits.
        public let rawValue: UInt8
        /// Any bits.
        public init(rawValue: UInt8) { self.rawValue = rawValue }

        /// The key names host and probe.
        public static let isOfNamedKey = Traits(rawValue: 1)
        /// The `id` begins with `HOST:PROBE:` of its own, named, key.
        public static let hasOwnID = Traits(rawValue: 2)
        /// The key is named, and host and probe stand in the sample or in its `id`.
        public static let tellsKey = Traits(rawValue: 4)
        /// `t` is there, and is the score.
        public static let tellsTime = Traits(rawValue: 8)
        /// Everything, as of the samples that collectors write.
        public static let all: Traits = [.isOfNamedKey, .hasOwnID, .tellsKey, .tellsTime]
    }

    /// The Redis key that holds the sample.
    public let key: String
    /// The host's name: from the key, else from the sample or its `id`; empty where none has it.
    public let host: String
    /// The probe's name: from the key, else from the sample or its `id`; empty where none has it.
    public let probe: String
    /// Unique within the key: 1 to 256 bytes.
    public let id: String
    /// The score: Unix epoch, ms.
    public let t: Double
    /// The member: one JSON object.
    public let bytes: [UInt8]
    /// Names the member in ``Change/removed(key:_:)``.
    public let memberHash: UInt64
    /// What it tells by itself.
    public let traits: Traits

    /// A sample as it is; nothing is checked.
    public init(
        key: String, host: String, probe: String, id: String, t: Double, bytes: [UInt8], memberHash: UInt64,
        traits: Traits = .all
    ) {
        self.key = key
        self.host = host
        self.probe = probe
        self.id = id
        self.t = t
        self.bytes = bytes
        self.memberHash = memberHash
        self.traits = traits
    }

    /// Whether its key names a host.
    var isOfNamedKey: Bool { traits.contains(.isOfNamedKey) }
}
