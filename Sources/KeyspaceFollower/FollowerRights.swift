internal import RESP
package import RedisClient

/// What the ACL has to allow for anything to be followed at all.
package struct FollowerRights: Sendable {
    /// Rules for `ACL SETUSER`, each a word.
    ///
    /// With those for the stream a user is shown the writes of **every** key of the instance, whatever its key patterns.
    package let rules: [String]
    private let reads: [RESPCommand]
    private let username: String?

    package init(_ preference: FollowPreference, _ endpoint: RedisEndpoint, prefix: String) {
        let channel = KeyspaceChannel(database: endpoint.database, prefix: prefix)
        username = endpoint.username
        let commands =
            switch preference {
            case .replication: "+ping +psync +replconf +info +multi +exec +scan +zcount +zrevrangebyscore +zcard"
            // Redis compares the patterns of channels as texts: only the very one that is subscribed to will do.
            case .notifications, .auto:
                "&\(channel.pattern) +ping +info +scan +zcount +zrevrangebyscore +zcard +psubscribe +config|get"
            }
        let isSentinel = if case .sentinels = endpoint.address { true } else { false }
        rules =
            ["~\(channel.keyPattern)"] + commands.split(separator: " ").map(String.init)
            + (endpoint.database == 0 ? [] : ["+select"]) + (isSentinel ? ["+role"] : [])
        // One that needs not be there.
        let key = RESPArgument.string("\(prefix):check")
        reads = [
            RESPCommand("ZREVRANGEBYSCORE", key, "+inf", "-inf", "WITHSCORES", "LIMIT", 0, 1),
            RESPCommand("ZCARD", key), RESPCommand("ZCOUNT", key, "-inf", "+inf"),
        ]
    }

    /// Throws where the commands that read a key are not allowed.
    ///
    /// A refusal for the key says nothing, as the user may have others.
    package func require(_ connection: RedisConnection) async throws(RedisError) {
        for reply in try await connection.pipeline(reads) {
            guard let error = reply.error, error.code == "NOPERM", error.message.contains("command") else { continue }
            let endpoint = connection.configuration.endpoint
            throw RedisError(.noPermission, "\(endpoint): \(error); grant: \(grant)", underlying: error)
        }
    }

    /// What an operator has to run, for a shell.
    package var grant: String { KeyspaceChannel.command(user: username, rules) }
}
