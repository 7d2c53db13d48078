internal import RESP

/// What a server says it is.
enum RedisRole {
    /// Throws where the server is no master, or does not say.
    static func requireMaster(_ connection: RedisConnection) async throws(RedisError) {
        let replies = try await connection.pipeline([RESPCommand("ROLE"), RESPCommand("INFO", "replication")])
        let endpoint = connection.configuration.endpoint
        guard let role = role(replies) else {
            throw RedisError(
                .noPermission,
                "\(endpoint): whether this is the master cannot be asked (\(replies[0])); grant: +role")
        }
        if role != "master" {
            throw RedisError(.notMaster, "\(endpoint): the sentinels call this the master, but it is a \(role)")
        }
    }

    /// From the replies to ROLE and INFO: the ACL may refuse either.
    static func role(_ replies: [RESPValue]) -> String? {
        if let role = replies.first?.array?.first?.string { return role == "slave" ? "replica" : role }
        let lines = replies.last?.string?.split(whereSeparator: \.isNewline) ?? []
        guard let line = lines.first(where: { $0.hasPrefix("role:") }) else { return nil }
        return line == "role:slave" ? "replica" : String(line.dropFirst(5))
    }
}
