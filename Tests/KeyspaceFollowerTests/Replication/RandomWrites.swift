import RESP
import SeededRandom

/// Seeded writes of every kind to a handful of sorted sets, as many clients of one Redis might send them.
struct RandomWrites {
    static let keys = (0..<6).map { "sa:{h\($0)}:top" }

    /// Nothing changes any more by itself.
    static let settle = keys.map { RESPCommand("PERSIST", .string($0)) }

    private var random: SeededGenerator
    private var clock = 1000
    private var number = 0

    init(seed: UInt64) {
        random = SeededGenerator(seed: seed)
    }

    mutating func batch(_ count: Int) -> [RESPCommand] {
        (0..<count).flatMap { _ in next() }
    }

    private mutating func key() -> RESPArgument { .string(Self.keys.randomElement(using: &random) ?? "") }

    private mutating func pick(_ limit: Int) -> Int { Int.random(in: 0..<limit, using: &random) }

    /// New ones and old ones.
    private mutating func member() -> RESPArgument {
        number += 1
        return .string(pick(4) == 0 ? "m-\(max(0, number - pick(300)))" : "m-\(number)")
    }

    private mutating func score() -> RESPArgument { .integer(pick(3) == 0 ? clock - pick(200) : clock) }

    private mutating func condition() -> [RESPArgument] {
        let all: [[RESPArgument]] = [
            ["NX"], ["XX"], ["GT"], ["LT"], ["XX", "GT"], ["CH"], ["XX", "CH", "LT"], ["INCR"],
        ]
        return all[pick(all.count)]
    }

    private mutating func next() -> [RESPCommand] {
        clock += 1
        switch pick(1000) {
        case 0..<480: return [RESPCommand("ZADD", key(), score(), member())]
        case 480..<540: return [RESPCommand("ZADD", key(), score(), member(), score(), member(), score(), member())]
        case 540..<620: return [RESPCommand("ZADD", [key()] + condition() + [score(), member()])]
        case 620..<650: return [RESPCommand("ZINCRBY", key(), .integer(pick(9)), member())]
        case 650..<720: return [RESPCommand("ZREM", key(), member(), member(), member())]
        case 720..<780: return [RESPCommand("ZREMRANGEBYRANK", key(), 0, .integer(-20 - pick(100)))]
        case 780..<790: return [RESPCommand("ZREMRANGEBYRANK", key(), .integer(pick(5)), .integer(pick(9)))]
        case 790..<810: return [RESPCommand("ZREMRANGEBYSCORE", key(), "-inf", "(\(clock - 150)")]
        case 810..<825: return [RESPCommand("ZREMRANGEBYSCORE", key(), .integer(clock - 9), .integer(clock - 5))]
        case 825..<830: return [RESPCommand("ZREMRANGEBYLEX", key(), "[m-1", "[m-2")]
        case 830..<850: return [RESPCommand("ZPOPMIN", key(), .integer(pick(4)))]
        case 850..<865: return [RESPCommand("ZPOPMAX", key())]
        case 865..<880: return [RESPCommand("PEXPIRE", key(), .integer(1 + pick(50)))]
        case 880..<890: return [RESPCommand("PERSIST", key())]
        case 890..<900: return [RESPCommand("DEL", key(), key())]
        case 900..<905: return [RESPCommand("UNLINK", key())]
        case 905..<915: return [RESPCommand("RENAME", key(), key())]
        case 915..<920:
            return [RESPCommand("RENAMENX", key(), "elsewhere"), RESPCommand("RENAMENX", "elsewhere", key())]
        case 920..<930: return [RESPCommand("COPY", key(), key(), "REPLACE")]
        case 930..<935: return [RESPCommand("SET", key(), "text")]
        case 935..<945: return [RESPCommand("ZUNIONSTORE", key(), 2, key(), key())]
        case 945..<950: return [RESPCommand("ZRANGESTORE", key(), key(), 0, .integer(pick(60)))]
        case 950..<960: return script()
        case 960..<975: return [RESPCommand("MULTI")] + next() + next() + next() + [RESPCommand("EXEC")]
        case 975..<980: return [RESPCommand("MOVE", key(), 1)]
        case 980..<985: return [RESPCommand("SWAPDB", 0, 1)] + next() + [RESPCommand("SWAPDB", 0, 1)]
        case 985..<988: return [RESPCommand("SWAPDB", 0, 1)]
        case 988..<990: return [RESPCommand("FLUSHDB")]
        case 990..<995: return [RESPCommand("SELECT", 1)] + next() + next() + [RESPCommand("SELECT", 0)]
        default: return [RESPCommand("ZADD", "other", score(), member())]
        }
    }

    private mutating func script() -> [RESPCommand] {
        let text = "redis.call('ZADD', KEYS[1], ARGV[1], ARGV[2]); redis.call('ZREMRANGEBYRANK', KEYS[2], 0, -60)"
        return [RESPCommand("EVAL", .string(text), 2, key(), key(), score(), member())]
    }
}
