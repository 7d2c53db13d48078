internal import RESP
package import RedisClient

/// What the ACL has to allow for anything to be followed at all.
package enum FollowerRights {
    /// Throws where the commands that read a key are not allowed: asked with a key that needs not be there.
    ///
    /// A refusal for the key says nothing, as the user may have others.
    package static func require(_ connection: RedisConnection, prefix: String) async throws(RedisError) {
        let key = RESPArgument.string("\(prefix):check")
        let replies = try await connection.pipeline([
            RESPCommand("ZCOUNT", key, "-inf", "+inf"), RESPCommand("ZREVRANGE", key, 0, 0),
            RESPCommand("ZREVRANGEBYSCORE", key, "+inf", "-inf", "LIMIT", 0, 1),
        ])
        for reply in replies {
            guard let error = reply.error, error.code == "NOPERM", error.message.contains("command") else { continue }
            let endpoint = connection.configuration.endpoint
            let grant = "ACL SETUSER \(endpoint.username ?? "default") \(grants(prefix))"
            throw RedisError(.noPermission, "\(endpoint): \(error); grant: \(grant)", underlying: error)
        }
    }

    private static func grants(_ prefix: String) -> String {
        "~\(prefix):* &__keyspace@* +ping +info +scan +zcount +zrevrange +zrevrangebyscore +psubscribe +config|get"
    }
}
