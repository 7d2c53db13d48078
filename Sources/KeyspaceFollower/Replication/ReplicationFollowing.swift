internal import RedisClient

/// Where a follower of the replication stream stands.
struct ReplicationFollowing {
    var ledger: ReplicationLedger
    /// After the last command that was taken; nil before the first link.
    var position: ReplicationPosition?
    /// The server's offset and ours at the last look at both.
    private var lastCheck: (server: Int64, own: Int64)?

    init(database: Int, prefix: String) {
        ledger = ReplicationLedger(database: database, prefix: prefix)
    }

    mutating func linked() { lastCheck = nil }

    /// False where the stream stands still: what the server had written at the last look has not come since, nor has
    /// anything else.
    mutating func isAlive(serverOffset: Int64) -> Bool {
        guard let own = position?.offset, ledger.isSynchronized else { return true }
        defer { lastCheck = (serverOffset, own) }
        guard let lastCheck else { return true }
        return own >= lastCheck.server || own > lastCheck.own
    }
}
