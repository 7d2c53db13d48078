internal import RESP
internal import RedisClient

/// What `INFO replication` says of the server's history of writes.
struct ReplicationInfo: Equatable {
    static let command = RESPCommand("INFO", "replication")

    let id: String
    /// Of the last write executed.
    let offset: Int64

    /// Throws where the reply is an error or lacks either.
    init(_ reply: RESPValue?) throws(RedisError) {
        if let error = reply?.error { throw RedisError(error, to: "INFO") }
        let fields = ServerIdentity.fields(of: reply?.string ?? "")
        guard let id = fields["master_replid"], let offset = fields["master_repl_offset"].flatMap({ Int64($0) }) else {
            throw RedisError(.unsupported, "INFO replication does not give id and offset")
        }
        self.id = String(id)
        self.offset = offset
    }
}
