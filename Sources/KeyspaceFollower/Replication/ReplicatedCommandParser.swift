internal import RESP
internal import RedisClient

/// What one command of the replication stream does to the keys under our prefix.
enum ReplicatedWrite: Equatable {
    /// In the order of the writes.
    case keys([KeyWrite])
    /// Every key of ours is deleted.
    case flush
    /// Anything may have happened to any key.
    case unclear

    struct KeyWrite: Equatable {
        let key: String
        let command: SortedSetCommand
    }

    static let nothing = ReplicatedWrite.keys([])
}

/// Reads the commands of the replication stream: what they do to sorted sets under one prefix, in one database.
///
/// The stream has commands as their effects: expiry and eviction as `DEL`, relative times as absolute ones, scripts as
/// what they wrote; but options, ranges and `STORE` forms as they were sent (Redis, `propagateNow` and its callers).
struct ReplicatedCommandParser {
    private let database: Int
    private let prefix: [UInt8]
    /// Keys under the prefix that are not followed for their names.
    private var skipped = SkippedNames()

    init(database: Int, prefix: String) {
        self.database = database
        self.prefix = Array((prefix + ":").utf8)
    }

    mutating func write(of replicated: ReplicatedCommand) -> ReplicatedWrite {
        let words = replicated.command.words
        guard let name = words.first else { return .nothing }
        // There may be keys of ours among what was left out.
        if replicated.command.omission == .rest { return .unclear }
        let command = Name(name)
        if let command, command.isOfNoConcern { return .nothing }
        let isOurs = replicated.database.map { $0 == database }
        switch command {
        case .flushAll: return .flush
        case .flushDatabase: return isOurs == nil ? .unclear : isOurs == true ? .flush : .nothing
        case .swapDatabases: return swapped(words)
        case .copy, .move: return .keys(namedKeys(words).map { .init(key: $0, command: .unclear) })
        default: break
        }
        // Where the database is not known, all keys that are named have to be read.
        guard isOurs != nil, replicated.command.omission == .nothing else {
            return .keys(namedKeys(words).map { .init(key: $0, command: .unclear) })
        }
        guard isOurs == true else { return .nothing }
        return ours(command, words)
    }

    private mutating func ours(_ command: Name?, _ words: [[UInt8]]) -> ReplicatedWrite {
        switch command {
        case .delete:
            return .keys(namedKeys(words).map { .init(key: $0, command: .delete) })
        case .rename:
            guard words.count == 3 else { return .unclear }
            let source = key(words[1]).map { ReplicatedWrite.KeyWrite(key: $0, command: .delete) }
            let target = key(words[2]).map { ReplicatedWrite.KeyWrite(key: $0, command: .unclear) }
            return .keys([source, target].compactMap(\.self))
        case .sortedSet(let name):
            guard words.count > 1, let key = key(words[1]) else { return .nothing }
            return .keys([.init(key: key, command: SortedSetCommand(name, words.dropFirst(2)) ?? .unclear)])
        default:
            return .keys(namedKeys(words).map { .init(key: $0, command: .unclear) })
        }
    }

    private func swapped(_ words: [[UInt8]]) -> ReplicatedWrite {
        let databases = words.dropFirst().map { Int(String(decoding: $0, as: UTF8.self)) }
        return databases.contains(database) || databases.contains(nil) ? .unclear : .nothing
    }

    /// Every argument that may be a key of ours.
    private mutating func namedKeys(_ words: [[UInt8]]) -> [String] {
        words.dropFirst().compactMap { key($0) }
    }

    private mutating func key(_ word: [UInt8]) -> String? {
        guard word.starts(with: prefix) else { return nil }
        return skipped.followed(word[...])
    }

    /// The names for which keys were left out since the last call.
    mutating func takeSkipped() -> SkippedNames {
        defer { skipped = SkippedNames() }
        return skipped
    }
}

extension ReplicatedCommandParser {
    enum Name: Equatable {
        /// Writes one sorted set, which its first argument names.
        case sortedSet(String)
        case delete, rename, copy, move, flushDatabase, flushAll, swapDatabases
        case ignored

        var isOfNoConcern: Bool { self == .ignored }

        /// Nil for a command that is none of these: the keys that it names have to be read.
        init?(_ word: [UInt8]) {
            guard word.count <= 16 else { return nil }
            let name = String(decoding: word, as: UTF8.self).uppercased()
            switch name {
            case "ZADD", "ZREM", "ZINCRBY", "ZREMRANGEBYRANK", "ZREMRANGEBYSCORE", "ZREMRANGEBYLEX", "ZPOPMIN",
                "ZPOPMAX":
                self = .sortedSet(name)
            case "DEL", "UNLINK": self = .delete
            case "RENAME", "RENAMENX": self = .rename
            case "COPY": self = .copy
            case "MOVE": self = .move
            case "FLUSHDB": self = .flushDatabase
            case "FLUSHALL": self = .flushAll
            case "SWAPDB": self = .swapDatabases
            // EXPIRE with a time in the past comes as DEL. The others leave the members as they are.
            case "SELECT", "PING", "REPLCONF", "MULTI", "EXEC", "PUBLISH", "SPUBLISH", "PERSIST", "EXPIRE", "PEXPIRE",
                "EXPIREAT", "PEXPIREAT", "SCRIPT", "FUNCTION":
                self = .ignored
            default: return nil
            }
        }
    }
}
