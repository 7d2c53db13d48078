internal import RESP
internal import RedisClient

/// Which data set we talk to: it may be another one after a restart, a failover or behind a balancer.
struct ServerIdentity: Equatable {
    let runID: String
    let replicationID: String

    static let commands = [
        RESPCommand("INFO", "server"), RESPCommand("INFO", "replication"), RESPCommand("INFO", "persistence"),
    ]

    /// Nil where INFO is refused or says nothing of it; throws where the data set is not whole, or can never be.
    static func read(_ replies: [RESPValue]) throws(RedisError) -> ServerIdentity? {
        for reply in replies {
            if let error = reply.error, error.code == "LOADING" { throw RedisError(error, to: "INFO") }
        }
        let fields = fields(of: replies.compactMap(\.string).joined(separator: "\r\n"))
        if fields["loading"] == "1" || fields["async_loading"] == "1" {
            throw RedisError(.loading, "Redis is loading its data set")
        }
        if fields["master_sync_in_progress"] == "1" {
            throw RedisError(.loading, "this replica is still taking over its master's data set")
        }
        if fields["master_link_status"] == "down" {
            throw RedisError(.loading, "this replica has lost its master: what it holds may be old")
        }
        switch fields["redis_mode"] {
        case "cluster":
            throw RedisError(
                .unsupported,
                "this is a node of a Redis Cluster, which holds a part of the keys: give the URL of a single Redis")
        case "sentinel":
            throw RedisError(
                .unsupported,
                "this is a sentinel, which holds no keys: write redis+sentinel://HOST:PORT/MASTER in place of redis://")
        default: break
        }
        guard let runID = fields["run_id"] else { return nil }
        return ServerIdentity(runID: String(runID), replicationID: String(fields["master_replid"] ?? ""))
    }

    static func fields(of info: String) -> [Substring: Substring] {
        var fields: [Substring: Substring] = [:]
        for line in info.split(whereSeparator: \.isNewline) {
            guard let colon = line.firstIndex(of: ":") else { continue }
            fields[line[..<colon]] = line[line.index(after: colon)...]
        }
        return fields
    }
}
