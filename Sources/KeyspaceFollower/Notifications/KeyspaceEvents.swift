/// Names of the channels on which Redis sends an event for each changed key: `__keyspace@DB__:KEY`.
struct KeyspaceChannel: Equatable {
    private let start: [UInt8]
    /// For PSUBSCRIBE.
    let pattern: String
    /// For SCAN … MATCH.
    let keyPattern: String

    init(database: Int, prefix: String) {
        let start = "__keyspace@\(database)__:"
        self.start = Array(start.utf8)
        keyPattern = Self.escaped(prefix) + ":*"
        pattern = start + keyPattern
    }

    /// The key that a channel names. Nil where it is not followed for its name.
    func key(of channel: [UInt8], _ skipped: inout SkippedNames) -> String? {
        guard channel.starts(with: start) else { return nil }
        return skipped.followed(channel[start.count...])
    }

    /// What an operator has to do where the ACL does not let us subscribe.
    func remedy(user: String?) -> String {
        "allow the channels to the Redis user: "
            + Self.command(user: user, ["+psubscribe", "&\(pattern)"])
    }

    /// The command that adds these rules to a user, quoted for a shell.
    static func command(user: String?, _ rules: [String]) -> String {
        let words = ["redis-cli", "ACL", "SETUSER", user ?? "default"] + rules
        return words.map(quoted).joined(separator: " ")
    }

    private static func quoted(_ word: String) -> String {
        let isPlain = word.utf8.allSatisfy {
            (0x30...0x39).contains($0) || (0x41...0x5A).contains($0) || (0x61...0x7A).contains($0)
                || "+-_.:@".utf8.contains($0)
        }
        return isPlain ? word : "'" + word.replacing("'", with: "'\\''") + "'"
    }

    /// Redis' glob has `*`, `?`, `[…]` and `\`.
    static func escaped(_ text: String) -> String {
        var result = ""
        for character in text {
            if "*?[]\\".contains(character) { result.append("\\") }
            result.append(character)
        }
        return result
    }
}

/// What a keyspace event asks for. The event names the command and not the member, so this is only a hint.
enum KeyHint: Equatable {
    /// Nothing that is followed has changed.
    case ignore
    /// The lowest members left: the next look has to check for that.
    case trim
    case look(KeyNeed)
}

/// The table from event names (payloads of `__keyspace@DB__:KEY`, Redis' `notify.c` and its callers) to hints.
enum NotificationClassifier {
    static func hint(of event: [UInt8]) -> KeyHint {
        switch event {
        case zadd, new: .look(.probe)
        case zremrangebyrank, zremrangebyscore: .trim
        case expire, persist: .ignore
        // del, rename_from, rename_to, restore, copy_to, move_from, move_to, set, expired, evicted, zincr, zrem,
        // zrangestore and the like, and whatever a later Redis adds: anything may have happened.
        default: .look(.full)
        }
    }

    private static let zadd = Array("zadd".utf8)
    private static let new = Array("new".utf8)
    private static let zremrangebyrank = Array("zremrangebyrank".utf8)
    private static let zremrangebyscore = Array("zremrangebyscore".utf8)
    private static let expire = Array("expire".utf8)
    private static let persist = Array("persist".utf8)
}
