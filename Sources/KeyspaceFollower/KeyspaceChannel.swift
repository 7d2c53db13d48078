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
        "allow the channels to the Redis user: redis-cli ACL SETUSER \(user ?? "default") +psubscribe '&\(pattern)'"
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
