internal import RESP
package import RedisClient

/// What the ACL has to allow for anything to be followed at all.
package struct FollowerRights: Sendable {
    /// Rules for `ACL SETUSER`, each a word.
    ///
    /// The rules for the stream show a user the writes of **every** key of the instance, whatever its key patterns are.
    package let rules: [String]
    private let reads: [RESPCommand]
    private let username: String?

    package init(_ preference: FollowPreference, _ endpoint: RedisEndpoint, prefix: String) {
        let channel = KeyspaceChannel(database: endpoint.database, prefix: prefix)
        username = endpoint.username
        let commands =
            switch preference {
            case .replication: "+ping +psync +replconf +info +multi +exec +scan +zcount +zrevrangebyscore +zcard"
            // Redis compares channel patterns as text: it has to be the very pattern that is subscribed to.
            case .notifications, .auto:
                "&\(channel.pattern) +ping +info +scan +zcount +zrevrangebyscore +zcard +psubscribe +config|get"
            }
        let isSentinel = if case .sentinels = endpoint.address { true } else { false }
        rules =
            ["~\(channel.keyPattern)"] + commands.split(separator: " ").map(String.init)
            + (endpoint.database == 0 ? [] : ["+select"]) + (isSentinel ? ["+role"] : [])
        // The key need not exist.
        let key = RESPArgument.string("\(prefix):check")
        reads = [
            RESPCommand("ZREVRANGEBYSCORE", key, "+inf", "-inf", "WITHSCORES", "LIMIT", 0, 1),
            RESPCommand("ZCARD", key), RESPCommand("ZCOUNT", key, "-inf", "+inf"),
        ]
    }

    /// Throws where the commands that read a key are not allowed.
    ///
    /// A refusal for this key says nothing, as the user may have rights for others.
    package func require(_ connection: RedisConnection) async throws(RedisError) {
        for reply in try await connection.pipeline(reads) {
            guard let error = reply.error, error.code == "NOPERM", error.message.contains("command") else { continue }
            let endpoint = connection.configuration.endpoint
            throw RedisError(.noPermission, "\(endpoint): \(error); grant: \(grant)", underlying: error)
        }
    }

    /// What an operator has to run in a shell.
    package var grant: String { KeyspaceChannel.command(user: username, rules) }
}

/// What Redis refused to let us read.
struct Refusals {
    /// Keys, with what Redis said.
    private var keys: [String: String] = [:]
    /// Why the keys may not be listed, at the last try.
    private var searchRefusal: RESPServerError?
    private var hasSeenFailure = false

    /// What Redis said to a read of the key; nil where it answered. True where this key was not refused before.
    mutating func noteRead(of key: String, _ refusal: String?) -> Bool {
        guard let refusal else {
            keys[key] = nil
            return false
        }
        return keys.updateValue(refusal, forKey: key) == nil
    }

    /// What Redis said to a step of the search for keys; nil where it answered.
    mutating func noteSearch(_ refusal: RESPServerError?) { searchRefusal = refusal }

    /// True for the first search that failed in the life of a follower.
    mutating func isFirstFailureOfSearch() -> Bool {
        defer { hasSeenFailure = true }
        return !hasSeenFailure
    }

    /// Why nothing is followed, whatever else works: the keys may not be listed, or none that is there may be read.
    ///
    /// - Parameters:
    ///   - followed: how many keys are followed.
    ///   - grant: what an operator has to run where a right is missing.
    func reason(followed: Int, grant: () -> String) -> RedisError? {
        if let searchRefusal { return Self.error(searchRefusal, "the keys may not be listed", grant) }
        guard let said = keys.values.first, keys.count >= followed else { return nil }
        return Self.error(RESPServerError(parsing: said), "none of \(keys.count) keys may be read", grant)
    }

    private static func error(_ reply: RESPServerError, _ what: String, _ grant: () -> String) -> RedisError {
        let error = RedisError(reply)
        let remedy = error.code == .noPermission ? "; grant: \(grant())" : ""
        return RedisError(error.code, "\(what): \(error)\(remedy)", underlying: reply)
    }
}
