/// A write to one sorted set, as it comes in the replication stream.
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
    /// A command whose result does not follow from its words.
    case unclear

    /// Whether its effect depends on members that are not known.
    var dependsOnUnknownMembers: Bool {
        switch self {
        case .add(_, let condition): !condition.isEmpty
        case .increment, .trim, .popHighest, .popLowest: true
        case .remove, .removeScores, .delete, .unclear: false
        }
    }

    /// Whether nothing changes when it is done once more, together with all that came after it.
    var isRepeatable: Bool {
        switch self {
        case .add(_, let condition): condition.isEmpty
        case .remove, .removeScores, .delete, .unclear: true
        case .increment, .trim, .popLowest, .popHighest: false
        }
    }

    /// How many bytes it takes to keep it for later.
    var bytes: Int {
        switch self {
        case .add(let pairs, _): pairs.reduce(64) { $0 + $1.member.count + 48 }
        case .remove(let members): members.reduce(64) { $0 + $1.count + 32 }
        case .increment(let member, _): member.count + 64
        default: 64
        }
    }
}

extension SortedSetCommand {
    /// - Parameters:
    ///   - name: in capitals.
    ///   - arguments: those after the key.
    /// Nil where the result does not follow from the words alone.
    init?(_ name: String, _ arguments: ArraySlice<[UInt8]>) {
        let words = Array(arguments)
        switch name {
        case "ZADD":
            guard let (condition, rest) = Self.condition(words), let pairs = Self.pairs(rest) else { return nil }
            self = .add(pairs, condition)
        case "ZINCRBY":
            guard words.count == 2, let amount = Self.score(words[0]) else { return nil }
            self = .increment(member: words[1], by: amount)
        case "ZREM":
            self = .remove(words)
        case "ZREMRANGEBYRANK":
            // Any other range needs the number of all members.
            guard words.count == 2, Self.integer(words[0]) == 0, let last = Self.integer(words[1]), last < 0 else {
                return nil
            }
            self = .trim(newest: -(last + 1))
        case "ZREMRANGEBYSCORE":
            guard words.count == 2, let from = Self.bound(words[0]), let to = Self.bound(words[1]) else { return nil }
            self = .removeScores(ScoreRange(from: from, to: to))
        case "ZPOPMIN", "ZPOPMAX":
            guard words.count <= 1, let count = words.first.map(Self.integer) ?? 1, count >= 0 else { return nil }
            self = name == "ZPOPMIN" ? .popLowest(count) : .popHighest(count)
        default:
            return nil
        }
    }

    /// `[NX|XX] [GT|LT] [CH] [INCR]` in any order; nil for INCR, whose result may be refused.
    private static func condition(_ words: [[UInt8]]) -> (Condition, rest: ArraySlice<[UInt8]>)? {
        var condition: Condition = []
        var rest = words[...]
        while let word = rest.first, word.count <= 4, word.first.map({ $0 >= UInt8(ascii: "A") }) == true {
            switch String(decoding: word, as: UTF8.self).uppercased() {
            case "NX": condition.insert(.absent)
            case "XX": condition.insert(.present)
            case "GT": condition.insert(.greater)
            case "LT": condition.insert(.less)
            case "CH": break
            // A score may be a word, too.
            case "INF": return (condition, rest)
            default: return nil
            }
            rest.removeFirst()
        }
        return (condition, rest)
    }

    private static func pairs(_ words: ArraySlice<[UInt8]>) -> [Pair]? {
        guard words.count.isMultiple(of: 2), !words.isEmpty else { return nil }
        var pairs: [Pair] = []
        pairs.reserveCapacity(words.count / 2)
        for index in stride(from: words.startIndex, to: words.endIndex, by: 2) {
            guard let score = score(words[index]) else { return nil }
            pairs.append(Pair(score: score, member: words[index + 1]))
        }
        return pairs
    }

    private static func bound(_ word: [UInt8]) -> ScoreRange.Bound? {
        if word.first == UInt8(ascii: "(") { return score(Array(word.dropFirst())).map(ScoreRange.Bound.excluding) }
        return score(word).map(ScoreRange.Bound.including)
    }

    /// Infinite ones included, as Redis has them; no NaN.
    private static func score(_ word: [UInt8]) -> Double? {
        guard let score = Double(String(decoding: word, as: UTF8.self)), !score.isNaN else { return nil }
        return score
    }

    private static func integer(_ word: [UInt8]) -> Int? { Int(String(decoding: word, as: UTF8.self)) }
}
