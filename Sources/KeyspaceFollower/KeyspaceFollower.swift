package import Logging
package import NIOCore
internal import RESP
internal import RedisClient
internal import ServiceLifecycle
package import StreamAssembly

/// Follows the sorted sets under one prefix: by keyspace notifications (by polling where those are not to be had), or
/// by the replication stream.
///
/// Promises: each member that stays in its set until it is read, above the key's floor, is emitted exactly once per
/// incarnation of the key, whatever happens to the connections, the server or its notifications meanwhile; once more
/// where it fell below the floor and the floor sank again. Memory is bounded by `perKey` identities for each key.
/// Everything happens on the given event loop, which is the actor's executor.
package actor KeyspaceFollower: Service {
    let configuration: FollowerConfiguration
    let eventLoop: any EventLoop
    let logger: Logger
    let channel: KeyspaceChannel
    private let onChanges: @Sendable ([Change]) -> [String]
    private let onStatus: @Sendable (FollowerStatus) -> Void
    private let onReading: (@Sendable (ReadingTimes) -> Void)?

    var schedule: KeySchedule
    var following = Following.undecided
    var counters = FollowerStatistics()
    private var status: FollowerStatus?
    /// Why the connections that are up are given up.
    var lost: RedisError?
    var sleeper = Sleeper()
    var roundClock = RoundClock()
    /// Whose notifications were followed last.
    var identity: ServerIdentity?
    /// Commands that change keys without an event, as often as they were executed up to the last look.
    var silentCommands: SilentCommands?
    /// Why the stream is not followed though it would be preferred.
    var streamRefusal: RedisError?
    var refusals = Refusals()
    var skipped = SkippedNames()
    private var hasReportedKeyNotUTF8 = false
    private var reportsLongNamesFrom = NIODeadline.uptimeNanoseconds(0)

    /// Both callbacks are called on the event loop, synchronously, with the changes of each key in their order.
    ///
    /// - Parameters:
    ///   - onChanges: gives the keys that it wants to be told again as a whole, by ``Change/again(key:rows:)``.
    ///   - onReading: told before `onChanges` how those changes came; nil where nobody wants to know.
    package init(
        _ configuration: FollowerConfiguration, eventLoop: any EventLoop, logger: Logger,
        onChanges: @escaping @Sendable ([Change]) -> [String], onStatus: @escaping @Sendable (FollowerStatus) -> Void,
        onReading: (@Sendable (ReadingTimes) -> Void)? = nil
    ) {
        self.configuration = configuration
        self.eventLoop = eventLoop
        self.logger = logger
        self.onChanges = onChanges
        self.onStatus = onStatus
        self.onReading = onReading
        channel = KeyspaceChannel(database: configuration.redis.endpoint.database, prefix: configuration.prefix)
        schedule = KeySchedule(
            perKey: configuration.perKey, timing: FollowerTiming(configuration), now: eventLoop.now,
            latestScore: configuration.latestScore, isSample: configuration.isSample)
    }

    nonisolated package var unownedExecutor: UnownedSerialExecutor { eventLoop.executor.asUnownedSerialExecutor() }

    package var statistics: FollowerStatistics {
        var result = counters
        result.rounds = schedule.roundsDone
        result.keys = schedule.cursors.count
        return result
    }

    /// Returns when the task is cancelled or the service group shuts down; never because of Redis.
    package func run() async throws {
        await cancelWhenGracefulShutdown { await self.connectForEver() }
    }

    private func connectForEver() async {
        let connector = RedisConnector(configuration: configuration.redis, eventLoop: eventLoop, logger: logger)
        await connector.run(
            onState: { state in
                switch state {
                case .connecting: self.report(.connecting)
                case .connected: break
                case .backingOff(let error, let wait): self.report(.backingOff(error, for: wait))
                }
            },
            body: { connection in try await self.follow(connection) })
    }

    // MARK: - One pair of connections

    var rights: FollowerRights { rights(configuration.preference) }

    private func rights(_ preference: FollowPreference) -> FollowerRights {
        FollowerRights(preference, configuration.redis.endpoint, prefix: configuration.prefix)
    }

    private func follow(_ connection: RedisConnection) async throws {
        lost = nil
        let found = try ServerIdentity.read(await ask(ServerIdentity.commands, connection))
        // With `auto`, notifications need other rights than the stream: which of them matter is not known yet.
        if configuration.preference != .auto { try await rights.require(connection) }
        report(.catchingUp)
        await learnReplyLimit(connection)
        if configuration.preference != .notifications, try await followStream(connection) { return }
        if configuration.preference == .auto { try await rights(.notifications).require(connection) }
        try await followNotifications(connection, found)
    }

    /// How much Redis lets wait for a client, where we may ask.
    private func learnReplyLimit(_ connection: RedisConnection) async {
        let command = RESPCommand("CONFIG", "GET", "client-output-buffer-limit")
        guard let words = try? await ask([command], connection).first?.array, words.count == 2,
            let text = words[1].string, let bytes = ReplySizes.normalLimit(text)
        else { return }
        schedule.replyLimitFound(bytes)
    }

    /// Does what the schedule says. Returns only by an error.
    func work(_ connection: RedisConnection) async throws {
        while true {
            try Task.checkCancellation()
            if let lost { throw lost }
            switch schedule.next(now: eventLoop.now) {
            case .look(let batch): try await look(batch, connection)
            case .scan(let cursor): try await scan(cursor, connection)
            case .check: try await check(connection)
            case .wait where readKeysInTurn(): break
            case .wait(let until): await sleep(until: until)
            }
            judgeByEvidence()
            if schedule.isCaughtUp, following.isSynchronized { reportStanding() }
        }
    }

    private func check(_ connection: RedisConnection) async throws {
        if let stream = following.stream {
            try await checkStream(stream, connection)
        } else {
            try await checkNotifications(connection)
        }
    }

    func ask(_ commands: [RESPCommand], _ connection: RedisConnection) async throws(RedisError) -> [RESPValue] {
        counters.commands += UInt64(commands.count)
        let replies = try await connection.pipeline(commands)
        counters.roundTrips += 1
        return replies
    }

    // MARK: - Telling others

    /// Whether somebody wants to know where the time goes.
    var isTraced: Bool { onReading != nil }

    /// - Parameter times: how the changes came; nil where they were not read.
    func emit(_ changes: [Change], times: ReadingTimes? = nil) {
        if changes.isEmpty { return }
        onReading?(times ?? ReadingTimes(.now()))
        for case .added(_, let rows) in changes { counters.rowsAdded += UInt64(rows.count) }
        for key in onChanges(changes) { readAgain(key) }
    }

    private func readAgain(_ key: String) {
        guard schedule.want(key) else { return }
        if let stream = following.stream {
            stream.ledger.readAgain(key, &schedule)
        } else {
            schedule.readSoon(key)
        }
        sleeper.wake()
    }

    private func reportStanding() {
        if let refusal = refusals.reason(followed: schedule.cursors.count, grant: { rights.grant }) {
            report(.backingOff(refusal, for: .seconds(5)))
        } else {
            report(.live(mode: following.mode))
        }
    }

    private func report(_ new: FollowerStatus) {
        guard new != status else { return }
        status = new
        if case .live(let mode) = new { logger.followerIsLive(mode, keys: schedule.cursors.count) }
        onStatus(new)
    }

    /// Tells of keys that are not followed for their names: of those that are not UTF-8 once in the life of a follower,
    /// of those that are too long once a minute.
    func reportSkipped() {
        if skipped.notUTF8 > 0, !hasReportedKeyNotUTF8 {
            logger.followerSkipsKeyNotUTF8()
            hasReportedKeyNotUTF8 = true
        }
        guard skipped.tooLong > counters.longNames else { return }
        counters.longNames = skipped.tooLong
        let now = eventLoop.now
        guard now >= reportsLongNamesFrom else { return }
        reportsLongNamesFrom = now + .minutes(1)
        logger.followerSkipsLongName(skipped.excerpt, met: skipped.tooLong)
    }
}
