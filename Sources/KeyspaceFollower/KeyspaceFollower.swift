package import Logging
package import NIOCore
internal import RESP
internal import RedisClient
internal import ServiceLifecycle
package import StreamAssembly

/// Follows the sorted sets under one prefix: by keyspace notifications (by polling where those are not to be had), or by
/// the replication stream.
///
/// Promises: each member that stays in its set until it is read, above the key's floor, is emitted exactly once per
/// incarnation of the key, whatever happens to the connections, the server or its notifications meanwhile. Memory is
/// bounded by `perKey` identities for each key. Everything happens on the given event loop, which is the actor's
/// executor.
package actor KeyspaceFollower: ChangeSource {
    let configuration: FollowerConfiguration
    let eventLoop: any EventLoop
    let logger: Logger
    let channel: KeyspaceChannel
    private let onChanges: @Sendable ([Change]) -> Void
    private let onStatus: @Sendable (FollowerStatus) -> Void

    var machine: FollowerStateMachine
    var counters = FollowerStatistics()
    var mode = FollowerMode.polling(remedy: "")
    /// Nil where Redis lets us read its flags.
    var evidence: NotificationEvidence?
    /// Nil while notifications are followed.
    var replication: ReplicationFollowing?
    private var identity: ServerIdentity?
    private var status: FollowerStatus?
    var lost: RedisError?
    var sleeper: Sleeper
    /// Reported once, until the follower is made anew.
    var hasReportedKeyNotUTF8 = false
    /// With what Redis said.
    var refusedKeys: [String: String] = [:]
    var hasReportedScan = false
    /// Why the keys may not be listed, at the last try.
    var scanRefusal: RESPServerError?
    /// Nil where the ACL does not let us listen, and while the stream is followed.
    var subscription: RedisSubscription?
    /// Why the stream is not followed though it would be preferred.
    var streamRefusal: RedisError?
    /// Commands that change keys in silence, as often as they were executed up to the last look.
    var silentCommands: SilentCommands?

    /// Both callbacks are called on the event loop, synchronously, with the changes of each key in their order.
    package init(
        _ configuration: FollowerConfiguration, eventLoop: any EventLoop, logger: Logger,
        onChanges: @escaping @Sendable ([Change]) -> Void, onStatus: @escaping @Sendable (FollowerStatus) -> Void
    ) {
        self.configuration = configuration
        self.eventLoop = eventLoop
        self.logger = logger
        self.onChanges = onChanges
        self.onStatus = onStatus
        channel = KeyspaceChannel(database: configuration.redis.endpoint.database, prefix: configuration.prefix)
        machine = FollowerStateMachine(
            perKey: configuration.perKey, timing: FollowerTiming(configuration), now: eventLoop.now)
        machine.latestScore = configuration.latestScore
        machine.isSample = configuration.isSample
        sleeper = Sleeper()
    }

    nonisolated package var unownedExecutor: UnownedSerialExecutor { eventLoop.executor.asUnownedSerialExecutor() }

    package var statistics: FollowerStatistics {
        var result = counters
        result.rounds = machine.rounds
        result.keys = machine.cursors.count
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
        // With `auto` the notifications will do with more rights, and the stream with fewer.
        if configuration.preference != .auto { try await rights.require(connection) }
        report(.catchingUp)
        await learnReplyLimit(connection)
        if configuration.preference != .notifications, try await followStream(connection) { return }
        if configuration.preference == .auto { try await rights(.notifications).require(connection) }
        try await followNotifications(connection, found)
    }

    private func followNotifications(_ connection: RedisConnection, _ found: ServerIdentity?) async throws {
        machine.timing = FollowerTiming(configuration)
        // Subscribed first, read afterwards: the other way round loses what comes between.
        subscription = try await subscribe(connection)
        watch(connection.closeFuture, "the connection for commands was closed")
        do {
            let isNotified = try await prepareNotifications(connection)
            silentCommands = try await readSilentCommands(connection)
            let isSameServer = found != nil && found == identity
            if identity != nil, !isSameServer { logger.followerServerChanged() }
            machine.connected(isSameServer: isSameServer, isNotified: isNotified, now: eventLoop.now)
            identity = found
            try await work(connection)
        } catch {
            machine.disconnected()
            await subscription?.close()
            subscription = nil
            throw error
        }
    }

    /// How much Redis lets wait for a client, where we may ask.
    private func learnReplyLimit(_ connection: RedisConnection) async {
        let command = RESPCommand("CONFIG", "GET", "client-output-buffer-limit")
        guard let words = try? await ask([command], connection).first?.array, words.count == 2,
            let text = words[1].string, let bytes = ReplySizes.normalLimit(text)
        else { return }
        machine.replyLimitFound(bytes)
    }

    /// Nil where Redis does not let us listen, or does not know how.
    func subscribe(_ connection: RedisConnection) async throws -> RedisSubscription? {
        do throws(RedisError) {
            let subscription = try await listen(connection)
            watch(subscription.closeFuture, "the connection for notifications was closed")
            return subscription
        } catch {
            if error.code == .noPermission || error.code == .unsupported { return nil }
            throw error
        }
    }

    /// To the very server that is read: sentinels may name another one by now.
    private func listen(_ connection: RedisConnection) async throws(RedisError) -> RedisSubscription {
        try await RedisSubscription.connect(
            connection.configuration, patterns: [channel.pattern], on: eventLoop, logger: logger
        ) { name, event in
            self.assumeIsolated { $0.eventReceived(name, event) }
        }
    }

    func work(_ connection: RedisConnection) async throws {
        while true {
            try Task.checkCancellation()
            if let lost { throw lost }
            switch machine.next(now: eventLoop.now) {
            case .look(let batch): try await look(batch, connection)
            case .scan(let cursor): try await scan(cursor, connection)
            case .check where replication != nil: try await checkStream(connection)
            case .check: try await checkNotifications(connection)
            case .wait where readRipeKeys(): break
            case .wait(let until): await sleep(until: until)
            }
            judgeByEvidence()
            let isTold = replication.map(\.ledger.isSynchronized) ?? true
            if machine.isCaughtUp, isTold {
                report(refusal.map { .backingOff($0, for: .seconds(5)) } ?? .live(mode: mode))
            }
        }
    }

    /// Where keys may not be listed, or none that is there may be read: nothing is followed then, whatever else works.
    private var refusal: RedisError? {
        if let scanRefusal { return refused(scanRefusal, "the keys may not be listed") }
        guard let reason = refusedKeys.values.first, refusedKeys.count >= machine.cursors.count else { return nil }
        return refused(RESPServerError(parsing: reason), "none of \(refusedKeys.count) keys may be read")
    }

    private func refused(_ reply: RESPServerError, _ what: String) -> RedisError {
        let error = RedisError(reply)
        let remedy = error.code == .noPermission ? "; grant: \(rights.grant)" : ""
        return RedisError(error.code, "\(what): \(error)\(remedy)", underlying: reply)
    }

    func ask(_ commands: [RESPCommand], _ connection: RedisConnection) async throws(RedisError) -> [RESPValue] {
        counters.commands += UInt64(commands.count)
        return try await connection.pipeline(commands)
    }

    func emit(_ changes: [Change]) {
        if changes.isEmpty { return }
        for case .added(_, let rows) in changes { counters.rowsAdded += UInt64(rows.count) }
        onChanges(changes)
    }

    private func report(_ new: FollowerStatus) {
        guard new != status else { return }
        status = new
        if case .live(let mode) = new { logger.followerIsLive(mode, keys: machine.cursors.count) }
        onStatus(new)
    }

    // MARK: - Waiting

    private func eventReceived(_ name: [UInt8], _ event: [UInt8]) {
        counters.events += 1
        let hint = NotificationClassifier.hint(of: event)
        if hint == .ignore { return }
        if hint == .look(.probe) { evidence?.additionsTold += 1 }
        guard let key = channel.key(of: name) else { return reportKeyNotUTF8() }
        if machine.eventReceived(key, hint) { sleeper.wake() }
    }

    func watch(_ closed: EventLoopFuture<Void>, _ reason: String) {
        closed.whenComplete { _ in
            self.assumeIsolated { follower in
                follower.lost = follower.lost ?? RedisError(.closed, reason)
                follower.sleeper.wake()
            }
        }
    }

    private func sleep(until deadline: NIODeadline) async {
        await withTaskCancellationHandler {
            await withCheckedContinuation { continuation in
                sleeper.sleep(continuation)
                sleeper.alarm = eventLoop.scheduleTask(deadline: min(deadline, .now() + .hours(1))) {
                    self.assumeIsolated { $0.sleeper.wake() }
                }
                if Task.isCancelled { sleeper.wake() }
            }
        } onCancel: {
            eventLoop.execute { self.assumeIsolated { $0.sleeper.wake() } }
        }
    }
}
