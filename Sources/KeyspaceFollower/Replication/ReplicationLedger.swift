internal import NIOCore
internal import RedisClient
internal import StreamAssembly

/// Where each key stands in the replication stream. Either its writes are applied as they come, from some offset on; or
/// it is being read, and the writes that come meanwhile wait for the offset of that read.
///
/// A read is one transaction that also asks for the server's offset: the writes up to there are in what was read. The
/// ``KeySchedule``, which is passed in, holds the windows and decides which key is read when.
struct ReplicationLedger {
    enum Standing {
        /// The window is the set at that offset or later, as far as the stream has come.
        ///
        /// Up to `readUntil` some of it may be of later moments.
        case exact(after: Int64, readUntil: Int64)
        case reading(Waiting)

        var isReading: Bool { if case .reading = self { true } else { false } }
    }

    struct Waiting {
        var writes: [(command: SortedSetCommand, end: Int64)] = []
        var bytes = 0
        /// More writes came than are kept: the key has to be read once more.
        var isCut = false
        /// The server's offset at the first of the parts in which the key is read.
        var firstOffset: Int64?
    }

    private static let maxWaitingBytes = 4 << 20
    private static let maxWaitingBytesOfAll = 32 << 20

    private var parser: ReplicatedCommandParser
    private(set) var standings: [String: Standing] = [:]
    private var waitingBytes = 0
    /// The stream runs: writes come as they happen.
    private(set) var isSynchronized = false

    init(database: Int, prefix: String) {
        parser = ReplicatedCommandParser(database: database, prefix: prefix)
    }

    /// The names for which keys were left out since the last call.
    mutating func takeSkipped() -> SkippedNames { parser.takeSkipped() }

    // MARK: - The link

    /// A stream begins. Unless it goes on where an earlier one ended, nothing that is known counts any more.
    mutating func started(isContinued: Bool, _ schedule: inout KeySchedule, now: NIODeadline) {
        isSynchronized = false
        if isContinued {
            for key in Array(standings.keys) { note(key) { $0.firstOffset = nil } }
            schedule.resumed(standings.filter { $0.value.isReading }.keys, now: now)
            return
        }
        schedule.connected(isSameServer: false, isNotified: true, now: now)
        standings = Dictionary(uniqueKeysWithValues: schedule.cursors.keys.map { ($0, .reading(Waiting())) })
        waitingBytes = 0
    }

    mutating func synchronized() { isSynchronized = true }

    /// The server executed a write. True where a key has to be read for it, and no other read was due.
    mutating func executed(
        _ command: ReplicatedCommand, _ schedule: inout KeySchedule, into changes: inout [Change]
    ) -> Bool {
        var isFirst = false
        switch parser.write(of: command) {
        case .keys(let writes):
            for write in writes {
                if take(write.command, of: write.key, end: command.end, &schedule, into: &changes) { isFirst = true }
            }
        case .flush:
            for key in Array(standings.keys) {
                if take(.delete, of: key, end: command.end, &schedule, into: &changes) { isFirst = true }
            }
        case .unclear:
            for key in Array(standings.keys) {
                if take(.unclear, of: key, end: command.end, &schedule, into: &changes) { isFirst = true }
            }
            schedule.searchAgain()
            isFirst = true
        }
        return isFirst
    }

    private mutating func take(
        _ command: SortedSetCommand, of key: String, end: Int64, _ schedule: inout KeySchedule,
        into changes: inout [Change]
    ) -> Bool {
        switch standings[key] {
        case nil:
            return command == .delete ? false : read(key, &schedule)
        case .exact(let after, let readUntil):
            if end <= after { return false }
            if end <= readUntil, !command.isRepeatable { return read(key, &schedule) }
            switch schedule.apply(command, to: key, into: &changes) {
            case .applied: return false
            case .absent:
                standings[key] = nil
                return false
            case .unknown, nil: return read(key, &schedule)
            }
        case .reading:
            wait(command, of: key, end: end)
            return false
        }
    }

    /// All writes to the key up to now will be in what is read.
    private mutating func read(_ key: String, _ schedule: inout KeySchedule) -> Bool {
        standings[key] = .reading(Waiting())
        return schedule.eventReceived(key, .look(.full))
    }

    private mutating func wait(_ command: SortedSetCommand, of key: String, end: Int64) {
        // Taken out while it changes: otherwise the list would be copied.
        guard case .reading(var waiting)? = standings.removeValue(forKey: key) else { return }
        let bytes = command.bytes
        if waiting.bytes + bytes > Self.maxWaitingBytes || waitingBytes + bytes > Self.maxWaitingBytesOfAll {
            waitingBytes -= waiting.bytes
            waiting = Waiting(isCut: true)
        } else if !waiting.isCut {
            waiting.writes.append((command, end))
            waiting.bytes += bytes
            waitingBytes += bytes
        }
        standings[key] = .reading(waiting)
    }

    // MARK: - Reads

    /// Anything may have happened to any key without a write.
    mutating func readAll(_ schedule: inout KeySchedule) {
        for key in Array(standings.keys) {
            switch standings[key] {
            case .exact: _ = read(key, &schedule)
            // What it has read so far may be of before.
            case .reading(let waiting):
                waitingBytes -= waiting.bytes
                standings[key] = .reading(Waiting(isCut: true))
            case nil: break
            }
        }
        schedule.searchAgain()
    }

    /// It may have changed without a write: so it does when the time of some of its members comes.
    mutating func readAgain(_ key: String, _ schedule: inout KeySchedule) {
        if case .exact? = standings[key] { _ = read(key, &schedule) }
    }

    private mutating func note(_ key: String, _ body: (inout Waiting) -> Void) {
        guard case .reading(var waiting)? = standings[key] else { return }
        standings[key] = nil
        body(&waiting)
        standings[key] = .reading(waiting)
    }

    mutating func scanned(_ keys: [String]) {
        for key in keys where standings[key] == nil { standings[key] = .reading(Waiting()) }
    }

    /// A key was read; `offset` is the server's at that moment.
    mutating func received(
        _ answers: [KeyAnswer], to look: Look, offset: Int64, _ schedule: inout KeySchedule, now: NIODeadline,
        into changes: inout [Change]
    ) -> KeySchedule.Progress {
        let progress = schedule.received(answers, to: look, now: now, into: &changes)
        switch progress.outcome {
        // It is read again, after a while or at once. The writes go on waiting.
        case .refused, .changing:
            note(look.key) { $0.firstOffset = nil }
            return progress
        case nil:
            note(look.key) { $0.firstOffset = $0.firstOffset ?? offset }
            return progress
        case .current: settle(look.key, exists: true, offset: offset, &schedule, into: &changes)
        case .absent, .wrongType:
            // When it comes to be a sorted set again, a write or a search will name it.
            schedule.forget(look.key)
            settle(look.key, exists: false, offset: offset, &schedule, into: &changes)
        }
        return progress
    }

    private mutating func settle(
        _ key: String, exists: Bool, offset: Int64, _ schedule: inout KeySchedule,
        into changes: inout [Change]
    ) {
        guard case .reading(let waiting)? = standings.removeValue(forKey: key) else { return }
        waitingBytes -= waiting.bytes
        // The parts are from different moments: all writes since the first part are applied once more.
        let first = waiting.firstOffset ?? offset
        standings[key] = exists ? .exact(after: first, readUntil: offset) : nil
        if waiting.isCut {
            _ = read(key, &schedule)
            return
        }
        for write in waiting.writes where write.end > first {
            _ = take(write.command, of: key, end: write.end, &schedule, into: &changes)
        }
    }
}
