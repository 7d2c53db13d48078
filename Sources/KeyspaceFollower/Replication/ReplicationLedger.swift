internal import NIOCore
internal import RedisClient
internal import StreamAssembly

/// What is known of each key by the replication stream: from which offset on its writes are applied as they are told,
/// or that it is being read and the writes told meanwhile wait for the offset of that read.
///
/// Reads are done in one transaction with a look at the server's offset: what was told up to there is in what was read.
/// Which key is read when, and the windows, are a ``FollowerStateMachine``'s, which has to be handed in.
struct ReplicationLedger {
    private enum Standing {
        /// The window is what stood in the set at that offset or later, as far as the stream has come.
        ///
        /// Up to `readUntil` some of it may be of later moments.
        case exact(after: Int64, readUntil: Int64)
        case reading(Waiting)

        var isReading: Bool { if case .reading = self { true } else { false } }
    }

    private struct Waiting {
        var writes: [(command: SortedSetCommand, end: Int64)] = []
        var bytes = 0
        /// More came than was kept: what is read next is not the last word.
        var isCut = false
        /// The server's offset at the first of the parts in which the key is read.
        var firstOffset: Int64?
    }

    private static let maxWaitingBytes = 4 << 20
    private static let maxWaitingBytesOfAll = 32 << 20

    private var parser: ReplicatedCommandParser
    private var standings: [String: Standing] = [:]
    private var waitingBytes = 0
    /// The stream runs: nothing is told late any more.
    private(set) var isSynchronized = false

    init(database: Int, prefix: String) {
        parser = ReplicatedCommandParser(database: database, prefix: prefix)
    }

    /// Keys that were left out as their names cannot be written as text.
    var keysNotUTF8: UInt64 { parser.keysNotUTF8 }

    /// How many keys are known only up to a read that is still to come.
    var keysBeingRead: Int { standings.values.count { $0.isReading } }

    // MARK: - The link

    /// A stream begins; unless it goes on where an earlier one ended, nothing that is known counts any more.
    mutating func started(isContinued: Bool, _ machine: inout FollowerStateMachine, now: NIODeadline) {
        isSynchronized = false
        if isContinued {
            for key in Array(standings.keys) { note(key) { $0.firstOffset = nil } }
            machine.resumed(standings.filter { $0.value.isReading }.keys, now: now)
            return
        }
        machine.connected(isSameServer: false, isNotified: true, now: now)
        standings = Dictionary(uniqueKeysWithValues: machine.cursors.keys.map { ($0, .reading(Waiting())) })
        waitingBytes = 0
    }

    mutating func synchronized() { isSynchronized = true }

    /// A write was told. True where a key has to be read for it, and nothing else was to be read.
    mutating func executed(
        _ command: ReplicatedCommand, _ machine: inout FollowerStateMachine, into changes: inout [Change]
    ) -> Bool {
        var isFirst = false
        switch parser.write(of: command) {
        case .keys(let writes):
            for write in writes {
                if take(write.command, of: write.key, end: command.end, &machine, into: &changes) { isFirst = true }
            }
        case .flush:
            for key in Array(standings.keys) {
                if take(.delete, of: key, end: command.end, &machine, into: &changes) { isFirst = true }
            }
        case .unclear:
            for key in Array(standings.keys) {
                if take(.unclear, of: key, end: command.end, &machine, into: &changes) { isFirst = true }
            }
            machine.searchAgain()
            isFirst = true
        }
        return isFirst
    }

    private mutating func take(
        _ command: SortedSetCommand, of key: String, end: Int64, _ machine: inout FollowerStateMachine,
        into changes: inout [Change]
    ) -> Bool {
        switch standings[key] {
        case nil:
            return command == .delete ? false : read(key, &machine)
        case .exact(let after, let readUntil):
            if end <= after { return false }
            if end <= readUntil, !command.isRepeatable { return read(key, &machine) }
            switch machine.apply(command, to: key, into: &changes) {
            case .applied: return false
            case .absent:
                standings[key] = nil
                return false
            case .unknown, nil: return read(key, &machine)
            }
        case .reading:
            wait(command, of: key, end: end)
            return false
        }
    }

    /// Everything told of the key up to now will be in what is read.
    private mutating func read(_ key: String, _ machine: inout FollowerStateMachine) -> Bool {
        standings[key] = .reading(Waiting())
        return machine.eventReceived(key, .look(.full))
    }

    private mutating func wait(_ command: SortedSetCommand, of key: String, end: Int64) {
        // Taken out meanwhile, lest the list be copied.
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

    /// The time of some of its members has come, which no write tells.
    mutating func readAgain(_ key: String, _ machine: inout FollowerStateMachine) {
        if case .exact? = standings[key] { _ = read(key, &machine) }
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
        _ answers: [KeyAnswer], to look: Look, offset: Int64, _ machine: inout FollowerStateMachine, now: NIODeadline,
        into changes: inout [Change]
    ) -> FollowerStateMachine.Progress {
        let progress = machine.received(answers, to: look, now: now, into: &changes)
        switch progress.outcome {
        // It is read again, by the retries' clock or at once: what waits goes on waiting.
        case .refused, .changing:
            note(look.key) { $0.firstOffset = nil }
            return progress
        case nil:
            note(look.key) { $0.firstOffset = $0.firstOffset ?? offset }
            return progress
        case .current: settle(look.key, exists: true, offset: offset, &machine, into: &changes)
        case .absent, .wrongType:
            // Whatever it becomes, a write or a search will name it.
            machine.forget(look.key)
            settle(look.key, exists: false, offset: offset, &machine, into: &changes)
        }
        return progress
    }

    private mutating func settle(
        _ key: String, exists: Bool, offset: Int64, _ machine: inout FollowerStateMachine,
        into changes: inout [Change]
    ) {
        guard case .reading(let waiting)? = standings.removeValue(forKey: key) else { return }
        waitingBytes -= waiting.bytes
        // Parts are of different moments: what was written since the first is done once more, to all of them.
        let first = waiting.firstOffset ?? offset
        standings[key] = exists ? .exact(after: first, readUntil: offset) : nil
        if waiting.isCut {
            _ = read(key, &machine)
            return
        }
        for write in waiting.writes where write.end > first {
            _ = take(write.command, of: key, end: write.end, &machine, into: &changes)
        }
    }
}
