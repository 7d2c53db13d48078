/// One member of a sorted set as the follower read it.
public struct Row: Sendable, Equatable {
    /// The member's score: the sample's time, Unix epoch in milliseconds.
    public let score: Double
    /// The member, byte for byte as Redis holds it.
    public let member: [UInt8]
    /// A hash of `member`, stable within this process: names the member in a later ``Change/removed(key:_:)``.
    public let memberHash: UInt64

    /// A member as given.
    public init(score: Double, member: [UInt8], memberHash: UInt64) {
        self.score = score
        self.member = member
        self.memberHash = memberHash
    }
}

/// Names one member that the follower emitted earlier.
public struct RowID: Sendable, Hashable {
    /// The member's score.
    public let score: Double
    /// The member's hash, as in ``Row``.
    public let memberHash: UInt64

    /// Names the member with that score and hash.
    public init(score: Double, memberHash: UInt64) {
        self.score = score
        self.memberHash = memberHash
    }
}

/// What the follower saw happen to one key. Changes of one key arrive in the order in which they happened.
public enum Change: Sendable, Equatable {
    /// Members that are new, ascending by score.
    case added(key: String, rows: [Row])
    /// Members that left the set from its middle: neither trimmed nor expired by age.
    case removed(key: String, rows: [RowID])
    /// The key is no more (deleted, expired, flushed, renamed, another type), or is another incarnation.
    case gone(key: String)
    /// A burst outran the window: `rows` is the newest content of the key, what lay between is unknown.
    /// Clients have to be given a snapshot.
    case gap(key: String, rows: [Row])
    /// So many more members are new that lie too far in the future: counted, not read.
    case passedOver(key: String, count: Int)

    /// The key that changed.
    var key: String {
        switch self {
        case .added(let key, _), .removed(let key, _), .gone(let key), .gap(let key, _), .passedOver(let key, _): key
        }
    }
}
