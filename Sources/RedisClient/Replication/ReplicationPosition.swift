package import RESP

/// Where a replication stream goes on: what `PSYNC` is asked with (Redis, "Replication", section "How it works").
package struct ReplicationPosition: Sendable, Hashable {
    /// Names the history of writes: 40 characters; another one after the master was restarted.
    package var id: String
    /// Bytes of that history that were taken, up to the end of the last whole command.
    package var offset: Int64
    /// The database of the commands that follow, which no continuation repeats; nil before the first SELECT.
    package var database: Int?

    package init(id: String, offset: Int64, database: Int? = nil) {
        self.id = id
        self.offset = offset
        self.database = database
    }
}

/// One command of the stream, and where it leaves the stream.
package struct ReplicatedCommand: Sendable, Equatable {
    package let command: StreamedCommand
    /// The database in which it was executed; nil where that is not known.
    package let database: Int?
    /// The stream's offset after it.
    package let end: Int64

    package init(_ command: StreamedCommand, database: Int?, end: Int64) {
        self.command = command
        self.database = database
        self.end = end
    }
}
