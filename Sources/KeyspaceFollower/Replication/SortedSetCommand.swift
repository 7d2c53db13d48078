/// A write to one sorted set, as the replication stream tells it.
enum SortedSetCommand: Equatable {
    struct Pair: Equatable {
        let score: Double
        let member: [UInt8]
    }

    /// `ZADD`'s options that change what it does; `CH` does not.
    struct Condition: OptionSet {
        let rawValue: UInt8
        /// Only members that are new.
        static let absent = Condition(rawValue: 1)
        /// Only members that exist.
        static let present = Condition(rawValue: 2)
        /// Only where the score rises, or the member is new.
        static let greater = Condition(rawValue: 4)
        /// Only where the score falls, or the member is new.
        static let less = Condition(rawValue: 8)
    }

    case add([Pair], Condition)
    case increment(member: [UInt8], by: Double)
    case remove([[UInt8]])
    /// `ZREMRANGEBYRANK key 0 -(newest + 1)`: what a collector trims with.
    case trim(newest: Int)
    case removeScores(ScoreRange)
    case popLowest(Int)
    case popHighest(Int)
    /// DEL, UNLINK, expiry, RENAME away, FLUSH.
    case delete
    /// Something was done whose result does not follow from the command.
    case unclear

    /// Whether what it does depends on members that are not known.
    var mindsUnknownMembers: Bool {
        switch self {
        case .add(_, let condition): !condition.isEmpty
        case .increment, .trim, .popHighest, .popLowest: true
        case .remove, .removeScores, .delete, .unclear: false
        }
    }

    /// Whether to do it once more, together with all that was done since, changes nothing.
    var isRepeatable: Bool {
        switch self {
        case .add(_, let condition): condition.isEmpty
        case .remove, .removeScores, .delete, .unclear: true
        case .increment, .trim, .popLowest, .popHighest: false
        }
    }

    /// What has to be kept to apply it later.
    var bytes: Int {
        switch self {
        case .add(let pairs, _): pairs.reduce(64) { $0 + $1.member.count + 48 }
        case .remove(let members): members.reduce(64) { $0 + $1.count + 32 }
        case .increment(let member, _): member.count + 64
        default: 64
        }
    }
}
