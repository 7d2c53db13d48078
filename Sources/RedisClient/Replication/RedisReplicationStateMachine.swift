internal import NIOCore
internal import RESP

/// All rules of one replica link: handshake, PSYNC, the snapshot that is skipped, the stream, acknowledgements.
///
/// ```
/// AUTH … PING  REPLCONF ×3  PSYNC ID OFFSET   →   replies   →  +CONTINUE [ID]                    →  commands
///                                                             +FULLRESYNC ID OFFSET, RDB file  ↗
/// ```
struct RedisReplicationStateMachine: RedisStateMachine {
    struct Timing: Equatable {
        var handshake: TimeAmount
        /// Between acknowledgements. They keep the link alive, and without them nothing streams.
        var acknowledge: TimeAmount = .seconds(1)
        /// The same until the first command: one that arrives before the server's RDB child has ended is lost.
        var firstAcknowledge: TimeAmount = .milliseconds(100)
        /// How long a master may be silent. It sends something each `repl-ping-replica-period` (10 s).
        var silence: TimeAmount = .seconds(60)
    }

    private enum State {
        case replying(RedisHandshake, line: [UInt8], replconfs: Int, deadline: NIODeadline)
        /// Newlines keep the link alive until the header of the RDB file.
        case awaitingSnapshot(line: [UInt8])
        case skipping(ReplicationSnapshotSkip)
        case streaming(StreamedCommandReader, nextAcknowledge: NIODeadline, hasBegun: Bool)
        case closed
    }

    enum Action: Equatable {
        /// Send ``synchronize(from:)``: Redis refuses it while earlier replies are not delivered.
        case synchronize
        /// PSYNC was answered. `isContinued`: nothing was missed since the position asked for.
        case start(ReplicationPosition, isContinued: Bool)
        /// From now on each write comes as it happens.
        case synchronized
        case command(ReplicatedCommand)
        case close(RedisError)
    }

    private static let maxLine = 1024
    private let timing: Timing
    private let asked: ReplicationPosition?
    /// Where the stream stands; nil until PSYNC is answered.
    private(set) var position: ReplicationPosition?
    private var state: State
    private var lastHeard: NIODeadline

    /// The caller sends the commands at `now`.
    init(handshake: RedisHandshake, from asked: ReplicationPosition?, timing: Timing, now: NIODeadline) {
        self.timing = timing
        self.asked = asked
        lastHeard = now
        state = .replying(handshake, line: [], replconfs: 0, deadline: now + timing.handshake)
    }

    /// What follows the handshake. With the empty filter (7.0) the master sends a file without data.
    static let introduction = [
        RESPCommand("REPLCONF", "listening-port", 0), RESPCommand("REPLCONF", "capa", "eof", "capa", "psync2"),
        RESPCommand("REPLCONF", "rdb-filter-only", ""),
    ]

    static func synchronize(from position: ReplicationPosition?) -> RESPCommand {
        RESPCommand("PSYNC", position.map { [.string($0.id), .integer($0.offset + 1)] } ?? ["?", -1])
    }

    // MARK: - Bytes

    mutating func received(_ bytes: UnsafeRawBufferPointer, now: NIODeadline) -> [Action] {
        lastHeard = now
        var actions: [Action] = []
        var rest = bytes
        while !rest.isEmpty {
            let taken = take(rest, now: now, into: &actions)
            if case .close? = actions.last {
                state = .closed
                break
            }
            if case .closed = state { break }
            rest = UnsafeRawBufferPointer(rebasing: rest.dropFirst(taken))
        }
        return actions
    }

    private mutating func take(
        _ bytes: UnsafeRawBufferPointer, now: NIODeadline, into actions: inout [Action]
    ) -> Int {
        switch state {
        case .replying(let handshake, var line, let replconfs, let deadline):
            let (taken, isWhole) = Self.readLine(bytes, &line)
            if line.count > Self.maxLine {
                actions.append(.close(Self.violation("a reply to the handshake of a replica is too long")))
            } else if isWhole, !line.isEmpty {
                replied(line, handshake, replconfs, deadline, now: now, into: &actions)
            } else {
                state = .replying(handshake, line: line, replconfs: replconfs, deadline: deadline)
            }
            return taken
        case .awaitingSnapshot(var line):
            let (taken, isWhole) = Self.readLine(bytes, &line)
            state = .awaitingSnapshot(line: line)
            if line.count > Self.maxLine || line.first.map({ $0 != UInt8(ascii: "$") }) == true {
                actions.append(.close(Self.failure(of: line) ?? Self.violation("no RDB file follows FULLRESYNC")))
            } else if isWhole, !line.isEmpty {
                guard let skip = ReplicationSnapshotSkip(header: Array(line.dropFirst())) else {
                    actions.append(.close(Self.violation("the RDB file has no length")))
                    return taken
                }
                skipping(skip, now: now, into: &actions)
            }
            return taken
        case .skipping(var skip):
            let taken = skip.skip(bytes)
            skipping(skip, now: now, into: &actions)
            return taken
        case .streaming(var reader, let next, _):
            // The reader is taken out of the state while it changes: otherwise its words would be copied.
            state = .closed
            do throws(RESPError) {
                try reader.feed(bytes) { command in executed(command, into: &actions) }
            } catch {
                actions.append(.close(RedisError(error)))
            }
            state = .streaming(reader, nextAcknowledge: next, hasBegun: true)
            return bytes.count
        case .closed:
            return bytes.count
        }
    }

    /// Appends to `line` what comes before the next newline, without a CR at its end.
    private static func readLine(_ bytes: UnsafeRawBufferPointer, _ line: inout [UInt8]) -> (taken: Int, isWhole: Bool)
    {
        let end = bytes.firstIndex(of: 0x0A)
        let taken = min(end ?? bytes.count, maxLine + 2)
        line.append(contentsOf: bytes.prefix(taken))
        guard let end, taken == end else { return (max(taken, 1), false) }
        if line.last == 0x0D { line.removeLast() }
        return (end + 1, true)
    }

    // MARK: - Replies

    private mutating func replied(
        _ line: [UInt8], _ handshake: RedisHandshake, _ replconfs: Int, _ deadline: NIODeadline, now: NIODeadline,
        into actions: inout [Action]
    ) {
        guard let reply = Self.reply(line) else {
            actions.append(.close(Self.violation("an answer to the handshake of a replica is neither + nor -")))
            return
        }
        var (handshake, replconfs, deadline) = (handshake, replconfs, deadline)
        if !handshake.isAnswered {
            if case .failed(let error) = handshake.replyReceived(reply) { actions.append(.close(error)) }
        } else if replconfs < Self.introduction.count {
            replconfs += 1
            // Before 7.0 the filter is unknown, and the file has data.
            let isFilter = replconfs == Self.introduction.count
            if let error = reply.error, !isFilter || error.code == "NOPERM" {
                actions.append(.close(Self.refusal(error, of: "REPLCONF")))
            } else if isFilter {
                actions.append(.synchronize)
                // The answer comes when the server forks: after `repl-diskless-sync-delay` (5 s), or after the resync
                // of another replica. Newlines keep the link alive meanwhile.
                deadline = .distantFuture
            }
        } else {
            return synchronizing(reply, now: now, into: &actions)
        }
        state = .replying(handshake, line: [], replconfs: replconfs, deadline: deadline)
    }

    private mutating func synchronizing(_ reply: RESPValue, now: NIODeadline, into actions: inout [Action]) {
        let words = (reply.string ?? "").split(separator: " ")
        switch words.first {
        case "CONTINUE":
            guard var position = asked else { return actions.append(.close(Self.violation("CONTINUE of nothing"))) }
            if words.count > 1 { position.id = String(words[1]) }
            begin(position, isContinued: true, into: &actions)
            stream(now: now, into: &actions)
        case "FULLRESYNC":
            guard words.count == 3, let offset = Int64(words[2]), offset >= 0 else {
                return actions.append(.close(Self.violation("FULLRESYNC without id and offset")))
            }
            begin(ReplicationPosition(id: String(words[1]), offset: offset), isContinued: false, into: &actions)
            state = .awaitingSnapshot(line: [])
        default:
            let error = reply.error.map { Self.refusal($0, of: "PSYNC") }
            actions.append(.close(error ?? Self.violation("an answer to PSYNC that no master gives")))
        }
    }

    private mutating func begin(_ position: ReplicationPosition, isContinued: Bool, into actions: inout [Action]) {
        self.position = position
        actions.append(.start(position, isContinued: isContinued))
    }

    private mutating func skipping(_ skip: ReplicationSnapshotSkip, now: NIODeadline, into actions: inout [Action]) {
        if skip.isOver { stream(now: now, into: &actions) } else { state = .skipping(skip) }
    }

    private mutating func stream(now: NIODeadline, into actions: inout [Action]) {
        state = .streaming(StreamedCommandReader(), nextAcknowledge: now, hasBegun: false)
        actions.append(.synchronized)
    }

    private mutating func executed(_ command: StreamedCommand, into actions: inout [Action]) {
        guard var position else { return }
        position.offset += Int64(command.streamBytes)
        if command.words.count == 2, Self.isSelect(command.words[0]) {
            position.database = Int(String(decoding: command.words[1], as: UTF8.self))
        }
        self.position = position
        actions.append(.command(ReplicatedCommand(command, database: position.database, end: position.offset)))
    }

    private static func isSelect(_ name: [UInt8]) -> Bool {
        name.count == 6 && String(decoding: name, as: UTF8.self).uppercased() == "SELECT"
    }

    private static func reply(_ line: [UInt8]) -> RESPValue? {
        let text = String(decoding: line.dropFirst(), as: UTF8.self)
        switch line.first {
        case UInt8(ascii: "+"): return .simple(text)
        case UInt8(ascii: "-"): return .error(RESPServerError(parsing: text))
        default: return nil
        }
    }

    private static func failure(of line: [UInt8]) -> RedisError? {
        reply(line)?.error.map { refusal($0, of: "PSYNC") }
    }

    private static func refusal(_ error: RESPServerError, of command: String) -> RedisError {
        switch error.code {
        // The server is a replica whose master is away. It will have one again.
        case "NOMASTERLINK": RedisError(.loading, "\(command): \(error)", underlying: error)
        case "ERR": RedisError(.unsupported, "\(command): \(error)", underlying: error)
        default: RedisError(error, to: command)
        }
    }

    private static func violation(_ message: String) -> RedisError { RedisError(.protocolViolation, message) }

    // MARK: - Time

    var wakeAt: NIODeadline? {
        switch state {
        case .replying(_, _, _, let deadline): min(deadline, lastHeard + timing.silence)
        case .awaitingSnapshot, .skipping: lastHeard + timing.silence
        case .streaming(_, let next, _): min(next, lastHeard + timing.silence)
        case .closed: nil
        }
    }

    mutating func timerFired(now: NIODeadline) -> RedisTimerAction {
        guard let wakeAt, wakeAt <= now else { return .none }
        if case .replying(_, _, _, let deadline) = state, deadline <= now {
            return .close(RedisError(.timedOut, "no answer to REPLCONF within \(timing.handshake.seconds) s"))
        }
        if lastHeard + timing.silence <= now {
            return .close(RedisError(.timedOut, "the master was silent for \(timing.silence.seconds) s"))
        }
        guard case .streaming(let reader, _, let hasBegun) = state, let position else { return .none }
        let wait = hasBegun ? timing.acknowledge : timing.firstAcknowledge
        state = .streaming(reader, nextAcknowledge: now + wait, hasBegun: hasBegun)
        return .send(RESPCommand("REPLCONF", "ACK", .integer(position.offset)))
    }

    func hangUpReason() -> RedisError {
        if case .replying(let handshake, _, _, _) = state { handshake.hangUpReason } else { .hungUp }
    }

    mutating func ended(_: RedisError) -> [Never] {
        state = .closed
        return []
    }
}
