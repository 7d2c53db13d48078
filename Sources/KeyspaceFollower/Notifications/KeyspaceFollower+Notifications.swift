internal import NIOCore
internal import RESP
internal import RedisClient

extension KeyspaceFollower {
    private static let setting: RESPArgument = "notify-keyspace-events"

    /// Follows by events, or by polling where there are none. Returns only by an error.
    ///
    /// - Parameter found: the server that answers now, where it says who it is.
    func followNotifications(_ connection: RedisConnection, _ found: ServerIdentity?) async throws {
        schedule.timing = FollowerTiming(configuration)
        // First subscribe, then read: the other way round would lose what comes between.
        following = .polling(try await listen(connection), remedy: "")
        watch(connection.closeFuture, "the connection for commands was closed")
        do {
            following = try await judged(following.listening, connection)
            silentCommands = try await countSilentCommands(among: SilentCommands.withoutEvent, connection)
            let isSameServer = found != nil && found == identity
            if identity != nil, !isSameServer { logger.followerServerChanged() }
            schedule.connected(isSameServer: isSameServer, isNotified: following.isNotified, now: eventLoop.now)
            identity = found
            try await work(connection)
        } catch {
            schedule.disconnected()
            await following.listening?.subscription.close()
            following = .undecided
            throw error
        }
    }

    /// Nil where Redis does not let us listen, or does not know how.
    private func listen(_ connection: RedisConnection) async throws -> Listening? {
        do throws(RedisError) {
            // To the very server that is read: sentinels may name another one by now.
            let subscription = try await RedisSubscription.connect(
                connection.configuration, patterns: [channel.pattern], on: eventLoop, logger: logger
            ) { name, event in
                self.assumeIsolated { $0.eventReceived(name, event) }
            }
            watch(subscription.closeFuture, "the connection for notifications was closed")
            return Listening(subscription)
        } catch {
            if error.code == .noPermission || error.code == .unsupported { return nil }
            throw error
        }
    }

    private func eventReceived(_ name: [UInt8], _ event: [UInt8]) {
        counters.events += 1
        let hint = NotificationClassifier.hint(of: event)
        if hint == .ignore { return }
        if hint == .look(.probe) { following.listening?.evidence?.additionEvents += 1 }
        guard let key = channel.key(of: name, &skipped) else { return reportSkipped() }
        if isTraced, hint != .trim { roundClock.heard(now: .now()) }
        if schedule.eventReceived(key, hint) { sleeper.wake() }
    }

    // MARK: - Whether events come

    /// By the flags or, where we may not read them, by what is heard.
    private func judged(
        _ listening: Listening?, _ connection: RedisConnection
    ) async throws(RedisError) -> Following {
        guard let listening else {
            return .polling(nil, remedy: channel.remedy(user: configuration.redis.endpoint.username))
        }
        guard let flags = try await flags(connection) else {
            listening.evidence = NotificationEvidence(rowsAdded: counters.rowsAdded)
            return .polling(listening, remedy: NotificationFlags("").remedy)
        }
        return try await completed(flags, listening, connection)
    }

    /// By the flags, after those that are missing were set where we may.
    private func completed(
        _ flags: NotificationFlags, _ listening: Listening, _ connection: RedisConnection
    ) async throws(RedisError) -> Following {
        try await complete(flags, connection) ? .notifications(listening) : .polling(listening, remedy: flags.remedy)
    }

    /// Looks at what may have changed at the server without an event: our rights, its flags, its keys.
    func checkNotifications(_ connection: RedisConnection) async throws {
        if configuration.preference == .auto, streamRefusal?.code == .noPermission, try await isStreamGiven(connection)
        {
            throw RedisError(.closed, "the replication stream is given now")
        }
        _ = try ServerIdentity.read(await ask(ServerIdentity.commands, connection))
        if let listening = following.listening {
            try await checkFlags(listening, connection)
        } else {
            try await listenAgain(connection)
        }
        let silent = try await countSilentCommands(among: SilentCommands.withoutEvent, connection)
        if let silent, let silentCommands, silent != silentCommands {
            logger.followerSilentlyChanged(silent.changed(since: silentCommands))
            schedule.silentlyChanged()
        }
        silentCommands = silent
    }

    /// The right to listen may have been granted meanwhile.
    private func listenAgain(_ connection: RedisConnection) async throws {
        guard let listening = try await listen(connection) else { return }
        following = .polling(listening, remedy: "")
        following = try await judged(listening, connection)
        schedule.notificationsChecked(isNotified: following.isNotified, wereLost: true, now: eventLoop.now)
    }

    private func checkFlags(_ listening: Listening, _ connection: RedisConnection) async throws(RedisError) {
        guard let flags = try await flags(connection) else { return judgePeriod(listening) }
        listening.evidence = nil
        let wereLost = following.isNotified && !flags.isSufficient
        if wereLost { logger.followerLostNotifications(flags.text) }
        following = try await completed(flags, listening, connection)
        schedule.notificationsChecked(isNotified: following.isNotified, wereLost: wereLost, now: eventLoop.now)
    }

    /// Where the flags cannot be read, the first event of an addition shows that they are set.
    func judgeByEvidence() {
        guard case .polling(let listening?, _) = following, let evidence = listening.evidence,
            evidence.additionEvents > 0
        else { return }
        following = .notifications(listening)
        schedule.notificationsChecked(isNotified: true, wereLost: false, now: eventLoop.now)
    }

    private func judgePeriod(_ listening: Listening) {
        var evidence = listening.evidence ?? NotificationEvidence(rowsAdded: counters.rowsAdded)
        let tells = evidence.judgePeriod(rowsAdded: counters.rowsAdded)
        listening.evidence = evidence
        guard tells == false, following.isNotified else { return }
        logger.followerLostNotifications("unknown")
        following = .polling(listening, remedy: NotificationFlags("").remedy)
        schedule.notificationsChecked(isNotified: false, wereLost: true, now: eventLoop.now)
    }

    // MARK: - Asking Redis

    /// Nil where Redis does not say.
    func countSilentCommands(
        among names: Set<Substring>, _ connection: RedisConnection
    ) async throws(RedisError) -> SilentCommands? {
        let info = try await ask([SilentCommands.command], connection).first?.string
        return info.flatMap { SilentCommands($0, among: names) }
    }

    /// Nil where we may not ask.
    private func flags(_ connection: RedisConnection) async throws(RedisError) -> NotificationFlags? {
        let reply = try await ask([RESPCommand("CONFIG", "GET", Self.setting)], connection).first
        guard let words = reply?.array, words.count == 2, let text = words[1].string else { return nil }
        return NotificationFlags(text)
    }

    /// Sets the flags that are missing. False where we may not.
    private func complete(
        _ flags: NotificationFlags, _ connection: RedisConnection
    ) async throws(RedisError) -> Bool {
        if flags.isSufficient { return true }
        // In a trial the flags are set to what they are: the answer shows as well whether we may.
        let text = configuration.isTrial ? flags.text : flags.completed
        let command = RESPCommand("CONFIG", "SET", Self.setting, .string(text))
        guard try await ask([command], connection).first == .simple("OK") else { return false }
        if configuration.isTrial { return true }
        logger.followerCompletedNotifications(from: flags.text, to: flags.completed)
        return true
    }
}
