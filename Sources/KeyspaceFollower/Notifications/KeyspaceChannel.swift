/// Names of the channels on which Redis tells of changed keys: `__keyspace@DB__:KEY`.
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

    /// The key that a channel names; nil where it is not UTF-8, as no such key can be named in JSON.
    func key(of channel: [UInt8]) -> String? {
        guard channel.starts(with: start) else { return nil }
        return String(validating: channel[start.count...], as: UTF8.self)
    }

    /// What an operator has to do where the ACL does not let us subscribe.
    func remedy(user: String?) -> String {
        "allow the channels to the Redis user: "
            + Self.command(user: user, ["+psubscribe", "&\(pattern)"])
    }

    /// For a shell.
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
