internal import RESP
internal import StreamAssembly

/// One read of one sorted set.
enum KeyRead: Equatable {
    /// ZCARD
    case cardinality
    /// ZCOUNT
    case count(ScoreRange)
    /// ZREVRANGEBYSCORE: the highest within the range, without the first `offset` of them.
    case highest(ScoreRange, offset: Int = 0, limit: Int)
    /// ZREVRANGEBYSCORE from a score down: one part of the window.
    case newest(below: ScoreRange.Bound = .unbounded, offset: Int = 0, limit: Int)
}

/// What Redis answered to a ``KeyRead``.
enum KeyAnswer: Equatable {
    case count(Int)
    /// Ascending, in Redis' own order: by score, then by the bytes of the member.
    case rows([Row])
    /// The key holds another type.
    case wrongType
    /// Any other error reply, or a reply of an unexpected form. It says nothing about the key.
    case refused(code: String, message: String)
}

extension KeyRead {
    func command(key: String) -> RESPCommand {
        switch self {
        case .cardinality:
            RESPCommand("ZCARD", .string(key))
        case .count(let range):
            RESPCommand("ZCOUNT", .string(key), range.lowest, range.highest)
        case .newest(let below, let offset, let limit):
            Self.highest(ScoreRange(from: .unbounded, to: below), offset, limit, key)
        case .highest(let range, let offset, let limit):
            Self.highest(range, offset, limit, key)
        }
    }

    private static func highest(_ range: ScoreRange, _ offset: Int, _ limit: Int, _ key: String) -> RESPCommand {
        RESPCommand(
            "ZREVRANGEBYSCORE", .string(key), range.highest, range.lowest, "WITHSCORES", "LIMIT", .integer(offset),
            .integer(limit))
    }

    func answer(_ reply: RESPValue) -> KeyAnswer {
        switch (self, reply) {
        case (_, .error(let error)) where error.code == "WRONGTYPE":
            return .wrongType
        case (_, .error(let error)):
            return .refused(code: error.code, message: error.message)
        case (.cardinality, .integer(let count)), (.count, .integer(let count)):
            return .count(Int(count))
        case (.newest, .array(let words)), (.highest, .array(let words)):
            return Self.rows(words).map(KeyAnswer.rows) ?? Self.unexpected
        default:
            return Self.unexpected
        }
    }

    private static let unexpected = KeyAnswer.refused(code: "ERR", message: "a reply of an unexpected form")

    /// Member, score, member, score…, the highest first.
    private static func rows(_ words: [RESPValue]) -> [Row]? {
        guard words.count.isMultiple(of: 2) else { return nil }
        var rows: [Row] = []
        rows.reserveCapacity(words.count / 2)
        for index in stride(from: words.count - 2, through: 0, by: -2) {
            guard case .bulk(let member) = words[index], let score = words[index + 1].double else { return nil }
            rows.append(Row(score: score, member: member, memberHash: MemberHash.hash(member)))
        }
        return rows
    }
}
