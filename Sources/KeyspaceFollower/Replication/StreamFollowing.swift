internal import NIOCore
internal import RedisClient
internal import StreamAssembly

/// Where a follower of the replication stream stands. Outlives the links: a new one goes on where the last one ended.
///
/// A class, so that it changes in place inside of ``Following``; it belongs to the follower's actor.
final class StreamFollowing {
    var ledger: ReplicationLedger
    /// After the last command that was taken; nil before the first link.
    private(set) var position: ReplicationPosition?
    /// The server is a replica that takes writes of its own.
    var hasOwnWrites = false
    /// Commands that change keys without a word in the stream, as often as they were executed up to the last look.
    var silentCommands: SilentCommands?
    /// The server's offset and ours at the last look at both.
    private var lastCheck: (server: Int64, own: Int64)?

    init(database: Int, prefix: String) {
        ledger = ReplicationLedger(database: database, prefix: prefix)
    }

    /// A new link is being made.
    func linked() { lastCheck = nil }

    /// Takes what the link brought. True where whoever waits has to ask the schedule again.
    func received(
        _ event: RedisReplication.Event, _ schedule: inout KeySchedule, now: NIODeadline, into changes: inout [Change]
    ) -> Bool {
        switch event {
        case .start(let position, let isContinued):
            self.position = position
            ledger.started(isContinued: isContinued, &schedule, now: now)
            return true
        case .synchronized:
            ledger.synchronized()
            return true
        case .command(let command):
            position?.offset = command.end
            position?.database = command.database
            return ledger.executed(command, &schedule, into: &changes)
        }
    }

    /// The commands that changed keys unsaid since the last look; nil where there were none.
    func silentlyChanged(_ new: SilentCommands?) -> String? {
        defer { silentCommands = new }
        guard let new, let silentCommands, new != silentCommands else { return nil }
        return new.changed(since: silentCommands)
    }

    /// False where the stream stands still: what the server had written at the last look has not come since, nor has
    /// anything else.
    func isAlive(serverOffset: Int64) -> Bool {
        guard let own = position?.offset, ledger.isSynchronized else { return true }
        defer { lastCheck = (serverOffset, own) }
        guard let lastCheck else { return true }
        return own >= lastCheck.server || own > lastCheck.own
    }
}
