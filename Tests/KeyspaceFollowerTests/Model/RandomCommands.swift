import RESP
import SeededRandom

/// Random commands on a few sorted sets, such as collectors, operators and other programs may send.
struct RandomCommands {
    static let keys = (0..<10).map { "sa:{m\($0)}:top" }

    /// What is written between two quiet points.
    struct Section {
        var commands: [RESPCommand] = []
        /// Keys that may have lost from the bottom before lower members came: what a client still holds of them is theirs
        /// to drop by age.
        var trimmed: Set<String> = []
        /// Keys that took members of others: what left them from the bottom may have come back.
        var filled: Set<String> = []
    }

    private let isUnruly: Bool
    private var random: SeededGenerator
    private var trimmed: Set<String> = []
    private var filled: Set<String> = []
    private var clock = 1_000_000.0
    private var number = 0
    /// Databases are swapped: what is written now leaves when they are swapped back.
    private var isSwapped = false

    /// - Parameter isUnruly: a member may have another score in time, and then different scores in several sets.
    init(seed: UInt64, isUnruly: Bool) {
        random = SeededGenerator(seed: seed)
        self.isUnruly = isUnruly
    }

    /// The commands until the next quiet point.
    mutating func section() -> Section {
        (trimmed, filled) = ([], [])
        var commands: [RESPCommand] = []
        let count = Int.random(in: 1...500, using: &random)
        while commands.count < count { commands += next() }
        // Of what is swapped out nothing is told: it comes back before the quiet point.
        if isSwapped { commands += swap() }
        return Section(commands: commands, trimmed: trimmed, filled: filled)
    }

    private mutating func next() -> [RESPCommand] {
        switch Int.random(in: 0..<1000, using: &random) {
        case 0..<981: return [simple()]
        case 981: return [RESPCommand("SAVE")]
        case 982: return [RESPCommand("DEBUG", "RELOAD")]
        case 983: return [goneBack()]
        case 984..<990: return rewrite()
        case 990..<993: return transaction()
        case 993: return [cut()]
        case 994..<996: return swap()
        case 996: return [Bool.random(using: &random) ? RESPCommand("FLUSHDB") : RESPCommand("FLUSHDB", "ASYNC")]
        case 997: return [RESPCommand("FLUSHALL", "ASYNC")]
        default: return [script()]
        }
    }

    private mutating func simple() -> RESPCommand {
        let choice = Int.random(in: 0..<100, using: &random)
        let name = name()
        let key = RESPArgument.string(name)
        if choice < 56 { return add(key) }
        if choice < 58 { return RESPCommand("ZADD", key, "INCR", .double(clock), member(take())) }
        if choice < 62 {
            guard isUnruly else { return add(key) }
            trimmed.insert(name)
            if choice < 60 {
                let old = Int.random(in: max(0, number - 200)...number, using: &random)
                return RESPCommand("ZADD", key, "XX", .double(clock - step().magnitude), member(old))
            }
            return RESPCommand("ZINCRBY", key, .double(step()), member(Int.random(in: 0...number, using: &random)))
        }
        // Most sections leave some keys alone from here on.
        trimmed.insert(name)
        switch choice {
        case ..<72: return remove(key)
        case ..<78: return trim(key)
        case ..<84: return pop(key)
        case 84: return RESPCommand("DEL", key)
        case 85: return RESPCommand("UNLINK", key, self.key())
        case 86: return RESPCommand("RENAME", self.key(), filledKey(of: 10))
        case 87: return RESPCommand("RENAMENX", self.key(), filledKey(of: 10))
        case 88, 89: return RESPCommand("COPY", key, filledKey(of: 4), "REPLACE")
        case 90, 91: return RESPCommand("PEXPIRE", key, .integer(Int.random(in: 1...30, using: &random)))
        case 92: return lastOrNoTime(key)
        case 93: return RESPCommand("SET", key, "no set")
        case 94: return RESPCommand("SORT", key, "BY", "nosort", "STORE", self.key())
        case 95, 96: return RESPCommand("ZRANGESTORE", filledKey(of: 4), key, 0, 20)
        case 97, 98: return combine(key)
        default: return RESPCommand("ZREMRANGEBYLEX", key, "-", "+")
        }
    }

    // MARK: - Additions

    private mutating func add(_ key: RESPArgument) -> RESPCommand {
        switch Int.random(in: 0..<14, using: &random) {
        case 12, 13:
            // Another member with the id of one that may be there.
            let old = Int.random(in: max(0, number - 60)...number, using: &random)
            return RESPCommand("ZADD", key, .double(score()), .string(#"{"id":"m-\#(old)","v":\#(take())}"#))
        case 0: return RESPCommand("ZADD", key, "NX", .double(score()), member(take()))
        case 1: return RESPCommand("ZADD", key, "XX", .double(score()), member(take()))
        case 2: return RESPCommand("ZADD", key, "GT", "CH", .double(score()), member(take()))
        case 3: return RESPCommand("ZADD", key, "LT", "CH", .double(score()), member(take()))
        case 4:
            var command = RESPCommand("ZADD", key)
            for _ in 0..<Int.random(in: 2...7, using: &random) {
                command.append(.double(score()))
                command.append(member(take()))
            }
            return command
        default: return RESPCommand("ZADD", key, .double(score()), member(take()))
        }
    }

    private mutating func score() -> Double {
        switch Int.random(in: 0..<10, using: &random) {
        // Late.
        case 0, 1:
            return clock - Double(Int.random(in: 1...80, using: &random)) + Double(number % 8) / 8
        // Equal.
        case 2: return clock
        default:
            clock += 1
            return clock
        }
    }

    private mutating func step() -> Double { Double(Int.random(in: -50...50, using: &random)) + 0.25 }

    private mutating func take() -> Int {
        number += 1
        return number
    }

    private func member(_ number: Int) -> RESPArgument {
        .string(#"{"id":"m-\#(number)"}"#)
    }

    private mutating func name() -> String { Self.keys[Int.random(in: 0..<Self.keys.count, using: &random)] }

    /// One whose bottom is to be lost.
    private mutating func key() -> RESPArgument {
        let name = name()
        trimmed.insert(name)
        return .string(name)
    }

    /// One of the first that is to take another's members; copies go to few, moves carry them everywhere.
    private mutating func filledKey(of count: Int) -> RESPArgument {
        let name = Self.keys[Int.random(in: 0..<count, using: &random)]
        trimmed.insert(name)
        filled.insert(name)
        return .string(name)
    }

    // MARK: - Removals

    private mutating func remove(_ key: RESPArgument) -> RESPCommand {
        let from = Int.random(in: 0...60, using: &random)
        switch Int.random(in: 0..<4, using: &random) {
        case 0:
            let time = clock - Double(from)
            return RESPCommand("ZREMRANGEBYSCORE", key, .double(time), .double(time + 1))
        case 1: return RESPCommand("ZREMRANGEBYRANK", key, .integer(-from - 3), .integer(-from - 2))
        default:
            let recent = max(0, number - Int.random(in: 0...300, using: &random))
            return RESPCommand("ZREM", key, member(recent), member(max(0, recent - 10)))
        }
    }

    private mutating func pop(_ key: RESPArgument) -> RESPCommand {
        let count = RESPArgument.integer(Int.random(in: 1...3, using: &random))
        return switch Int.random(in: 0..<6, using: &random) {
        case 0, 1: RESPCommand("ZPOPMIN", key, count)
        case 2, 3: RESPCommand("ZPOPMAX", key, count)
        case 4: RESPCommand("ZMPOP", 1, key, Bool.random(using: &random) ? "MIN" : "MAX", "COUNT", count)
        default: RESPCommand(Bool.random(using: &random) ? "BZPOPMIN" : "BZPOPMAX", key, "0.001")
        }
    }

    private mutating func lastOrNoTime(_ key: RESPArgument) -> RESPCommand {
        switch Int.random(in: 0..<4, using: &random) {
        case 0: RESPCommand("EXPIREAT", key, 1)
        case 1: RESPCommand("MOVE", key, 1)
        default: RESPCommand("PERSIST", key)
        }
    }

    private mutating func combine(_ key: RESPArgument) -> RESPCommand {
        let target = filledKey(of: 4)
        return switch Int.random(in: 0..<4, using: &random) {
        case 0: RESPCommand("ZINTERSTORE", target, 2, key, self.key(), "AGGREGATE", "MAX")
        case 1: RESPCommand("ZDIFFSTORE", target, 2, key, self.key())
        default: RESPCommand("ZUNIONSTORE", target, 2, key, self.key(), "AGGREGATE", "MAX")
        }
    }

    /// From the bottom, as collectors trim.
    private mutating func trim(_ key: RESPArgument) -> RESPCommand {
        clock += 1
        return switch Int.random(in: 0..<3, using: &random) {
        case 0: RESPCommand("ZREMRANGEBYSCORE", key, "-inf", .double(clock - 2000))
        case 1: RESPCommand("ZREMRANGEBYRANK", key, 0, -201)
        default: RESPCommand("ZREMRANGEBYRANK", key, 0, .integer(Int.random(in: 0...3, using: &random)))
        }
    }

    // MARK: - Several at once

    private mutating func transaction() -> [RESPCommand] {
        let inside = (0..<Int.random(in: 1...8, using: &random)).map { _ in simple() }
        return [RESPCommand("MULTI")] + inside + [RESPCommand("EXEC")]
    }

    private mutating func script() -> RESPCommand {
        let first = number + 1
        number += 5
        clock += 5
        return RESPCommand(
            "EVAL", .string(Self.script), 2, filledKey(of: 4), key(), .double(clock), .integer(first))
    }

    private static let script = """
        if redis.call('TYPE', KEYS[1]).ok == 'string' or redis.call('TYPE', KEYS[2]).ok == 'string' then return 0 end
        for i = 0, 4 do
          local member = '{"id":"m-' .. (ARGV[2] + i) .. '"}'
          redis.call('ZADD', KEYS[1], ARGV[1] + i, member)
        end
        redis.call('ZPOPMIN', KEYS[2], 2)
        if redis.call('EXISTS', KEYS[2]) == 1 then
          redis.call('RESTORE', KEYS[1], 0, redis.call('DUMP', KEYS[2]), 'REPLACE')
        end
        """

    private mutating func swap() -> [RESPCommand] {
        isSwapped.toggle()
        // Out: against nothing. Back: what was written meanwhile stays behind, to be flushed before the next swap.
        let swap = RESPCommand("SWAPDB", 0, 1)
        return isSwapped ? [RESPCommand("SELECT", 1), RESPCommand("FLUSHDB"), RESPCommand("SELECT", 0), swap] : [swap]
    }

    /// To what was saved last, be it nothing: no event and no stream tells it.
    private mutating func goneBack() -> RESPCommand {
        trimmed.formUnion(Self.keys)
        filled.formUnion(Self.keys)
        return RESPCommand("DEBUG", "RELOAD", "NOSAVE")
    }

    /// What stands at one time is replaced, so that as many are there as before.
    private mutating func rewrite() -> [RESPCommand] {
        let time = RESPArgument.double(clock - Double(Int.random(in: 0...20, using: &random)))
        let key = key()
        return [
            RESPCommand("MULTI"), RESPCommand("ZREMRANGEBYSCORE", key, time, time),
            RESPCommand("ZADD", key, time, member(take())), RESPCommand("EXEC"),
        ]
    }

    /// Whoever follows has to come back, and to find out what it missed.
    private mutating func cut() -> RESPCommand {
        let types: [RESPArgument] = ["pubsub", "normal", "replica"]
        let type = types[Int.random(in: 0..<types.count, using: &random)]
        return RESPCommand("CLIENT", "KILL", "TYPE", type, "SKIPME", "yes")
    }
}
