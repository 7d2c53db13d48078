internal import RESP
internal import RedisClient

/// The text that `INFO` gives: a `name:value` on each line.
private enum InfoReply {
    static func fields(of info: String) -> [Substring: Substring] {
        var fields: [Substring: Substring] = [:]
        for line in info.split(whereSeparator: \.isNewline) {
            guard let colon = line.firstIndex(of: ":") else { continue }
            fields[line[..<colon]] = line[line.index(after: colon)...]
        }
        return fields
    }
}

/// Which data set answers: it may be another one after a restart, a failover or behind a balancer.
struct ServerIdentity: Equatable {
    let runID: String
    let replicationID: String

    static let commands = [
        RESPCommand("INFO", "server"), RESPCommand("INFO", "replication"), RESPCommand("INFO", "persistence"),
    ]

    /// Nil where INFO is refused or does not say. Throws where the data set is not complete, or never can be.
    static func read(_ replies: [RESPValue]) throws(RedisError) -> ServerIdentity? {
        for reply in replies {
            if let error = reply.error, error.code == "LOADING" { throw RedisError(error, to: "INFO") }
        }
        let fields = InfoReply.fields(of: replies.compactMap(\.string).joined(separator: "\r\n"))
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
}

/// Where the server stands in its history of writes, from `INFO replication`.
struct ReplicationInfo: Equatable {
    static let command = RESPCommand("INFO", "replication")

    let id: String
    /// Of the last write executed.
    let offset: Int64
    /// A replica that takes writes of its own, which are in no stream.
    let hasOwnWrites: Bool

    /// Throws where the reply is an error or lacks one of the two.
    init(_ reply: RESPValue?) throws(RedisError) {
        if let error = reply?.error { throw RedisError(error, to: "INFO") }
        let fields = InfoReply.fields(of: reply?.string ?? "")
        guard let id = fields["master_replid"], let offset = fields["master_repl_offset"].flatMap({ Int64($0) }) else {
            throw RedisError(.unsupported, "INFO replication does not give id and offset")
        }
        self.id = String(id)
        self.offset = offset
        hasOwnWrites = fields["role"] == "slave" && fields["slave_read_only"] == "0"
    }
}

/// How often commands were executed that change keys without an event, or stop the events: `SWAPDB`, `FLUSHALL` and the
/// like, from `INFO commandstats`.
struct SilentCommands: Equatable {
    static let command = RESPCommand("INFO", "commandstats")

    /// Those that change keys without a keyspace event.
    static let withoutEvent: Set<Substring> = [
        "swapdb", "flushdb", "flushall", "restore", "restore-asking", "migrate", "debug", "replicaof", "slaveof",
        "failover", "config|set", "config|resetstat",
    ]

    /// Those that change keys without a word in the replication stream.
    static let unreplicated: Set<Substring> = ["debug", "config|resetstat"]

    private let calls: [Substring: Substring]

    /// Nil where it is no such text.
    init?(_ info: String, among names: Set<Substring>) {
        guard info.contains("cmdstat_") else { return nil }
        var calls: [Substring: Substring] = [:]
        for (field, value) in InfoReply.fields(of: info) where field.hasPrefix("cmdstat_") {
            let name = field.dropFirst("cmdstat_".count)
            if names.contains(name) { calls[name] = value.prefix { $0 != "," } }
        }
        self.calls = calls
    }

    /// The names of those that were executed since.
    func changed(since earlier: SilentCommands) -> String {
        calls.filter { earlier.calls[$0.key] != $0.value }.keys.sorted().joined(separator: " ")
    }
}
