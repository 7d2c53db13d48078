/// One member of a sorted set, as the follower read it.
public struct Row: Sendable, Equatable {
    /// The member's score: the sample's time, Unix epoch in milliseconds.
    public let score: Double
    /// The member, byte for byte as Redis holds it.
    public let member: [UInt8]
    /// A hash of `member` that is stable within this process. It identifies the member in a later
    /// ``Change/removed(key:_:)``.
    public let memberHash: UInt64

    /// Makes a row from these values.
    public init(score: Double, member: [UInt8], memberHash: UInt64) {
        self.score = score
        self.member = member
        self.memberHash = memberHash
    }
}

/// Identifies one member that the follower emitted earlier.
public struct RowID: Sendable, Hashable {
    /// The member's score.
    public let score: Double
    /// The member's hash, as in ``Row``.
    public let memberHash: UInt64

    /// Identifies the member with that score and hash.
    public init(score: Double, memberHash: UInt64) {
        self.score = score
        self.memberHash = memberHash
    }

    /// Names the member as which a sample came.
    init(_ sample: Sample) {
        self.init(score: sample.t, memberHash: sample.memberHash)
    }

    /// Names the member as which a sample came.
    init(_ sample: SampleOutline) {
        self.init(score: sample.t, memberHash: sample.memberHash)
    }
}

/// What the follower saw happen to one key. Changes of one key arrive in the order in which they happened.
public enum Change: Sendable, Equatable {
    /// Members that are new, ascending by score.
    case added(key: String, rows: [Row])
    /// Members that left the middle of the set. They were neither trimmed nor expired by age.
    case removed(key: String, rows: [RowID])
    /// Members that left the set at its bottom: nothing older was left below them. The window lets them go; clients are
    /// not told, as they are not of what leaves by age.
    case trimmed(key: String, rows: [RowID])
    /// All that is known of the key once more, ascending: it was asked for (``StreamAssembler/takeKeysToRead()``).
    case again(key: String, rows: [Row])
    /// The key does not exist any more (deleted, expired, flushed, renamed, another type), or it was made anew.
    case gone(key: String)
    /// A burst was larger than the window. `rows` is the newest content of the key, and what came before it is unknown.
    /// Clients need a snapshot.
    case gap(key: String, rows: [Row])
    /// This many more members are new, but too far in the future. They were counted, not read.
    case passedOver(key: String, count: Int)

    /// The key that changed.
    var key: String {
        switch self {
        case .added(let key, _), .removed(let key, _), .trimmed(let key, _), .again(let key, _), .gone(let key),
            .gap(let key, _), .passedOver(let key, _):
            key
        }
    }
}
