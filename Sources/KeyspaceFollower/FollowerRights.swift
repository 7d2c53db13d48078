internal import RESP
package import RedisClient

/// What the ACL has to allow for anything to be followed at all.
package struct FollowerRights: Sendable {
    /// Rules for `ACL SETUSER`. `SELECT` for another database than 0 comes on top.
    ///
    /// With those for the stream a user is shown the writes of **every** key of the instance, whatever its key patterns.
    package let rules: String
    private let reads: [RESPCommand]

    package init(_ preference: FollowPreference, prefix: String) {
        let pattern = "~\(KeyspaceChannel.escaped(prefix)):*"
        // One that needs not be there.
        let key = RESPArgument.string("\(prefix):check")
        let newest = RESPCommand("ZREVRANGE", key, 0, 0)
        switch preference {
        case .replication:
            rules = "\(pattern) +ping +psync +replconf +info +multi +exec +scan +zrevrange +zcard"
            reads = [newest, RESPCommand("ZCARD", key)]
        case .notifications, .auto:
            rules =
                "\(pattern) &__keyspace@* +ping +info +scan +zcount +zrevrange +zrevrangebyscore +zcard +psubscribe "
                + "+config|get"
            reads = [
                newest, RESPCommand("ZCARD", key), RESPCommand("ZCOUNT", key, "-inf", "+inf"),
                RESPCommand("ZREVRANGEBYSCORE", key, "+inf", "-inf", "LIMIT", 0, 1),
            ]
        }
    }

    /// Throws where the commands that read a key are not allowed.
    ///
    /// A refusal for the key says nothing, as the user may have others.
    package func require(_ connection: RedisConnection) async throws(RedisError) {
        for reply in try await connection.pipeline(reads) {
            guard let error = reply.error, error.code == "NOPERM", error.message.contains("command") else { continue }
            let endpoint = connection.configuration.endpoint
            throw RedisError(
                .noPermission, "\(endpoint): \(error); grant: \(grant(to: endpoint.username))", underlying: error)
        }
    }

    /// What an operator has to run.
    func grant(to user: String?) -> String { "ACL SETUSER \(user ?? "default") \(rules)" }
}
