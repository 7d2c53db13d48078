internal import NIOCore
internal import RESP
internal import RedisClient

extension KeyspaceFollower {
    private static let setting: RESPArgument = "notify-keyspace-events"

    /// Whether Redis tells of changes from now on; sets ``mode``.
    func prepareNotifications(_ connection: RedisConnection) async throws(RedisError) -> Bool {
        evidence = nil
        guard subscription != nil else {
            mode = .polling(remedy: channel.remedy(user: configuration.redis.endpoint.username))
            return false
        }
        guard let flags = try await flags(connection) else {
            evidence = NotificationEvidence(rowsAdded: counters.rowsAdded)
            mode = .polling(remedy: NotificationFlags("").remedy)
            return false
        }
        mode = try await complete(flags, connection) ? .notifications : .polling(remedy: flags.remedy)
        return mode == .notifications
    }

    /// Looks at what may have changed at the server without a word: the rights that we have, its flags, its keys.
    func checkNotifications(_ connection: RedisConnection) async throws {
        if configuration.preference == .auto, streamRefusal?.code == .noPermission, try await isStreamGiven(connection)
        {
            throw RedisError(.closed, "the replication stream is given now")
        }
        _ = try ServerIdentity.read(await ask(ServerIdentity.commands, connection))
        if subscription == nil {
            try await listenAgain(connection)
        } else {
            try await checkFlags(connection)
        }
        let silent = try await readSilentCommands(connection)
        if let silent, let silentCommands, silent != silentCommands {
            logger.followerSilentlyChanged(silent.changed(since: silentCommands))
            machine.silentlyChanged()
        }
        silentCommands = silent
    }

    /// The right to listen may have been given meanwhile.
    private func listenAgain(_ connection: RedisConnection) async throws {
        subscription = try await subscribe(connection)
        guard subscription != nil else { return }
        let isNotified = try await prepareNotifications(connection)
        machine.notificationsChecked(isNotified: isNotified, wereLost: true, now: eventLoop.now)
    }

    private func checkFlags(_ connection: RedisConnection) async throws(RedisError) {
        guard let flags = try await flags(connection) else { return judgePeriod() }
        evidence = nil
        let wereLost = mode == .notifications && !flags.isSufficient
        if wereLost { logger.followerLostNotifications(flags.text) }
        mode = try await complete(flags, connection) ? .notifications : .polling(remedy: flags.remedy)
        machine.notificationsChecked(
            isNotified: mode == .notifications, wereLost: wereLost, now: eventLoop.now)
    }

    /// Nil where Redis does not tell.
    func readSilentCommands(_ connection: RedisConnection) async throws(RedisError) -> SilentCommands? {
        try await ask([SilentCommands.command], connection).first?.string.flatMap(SilentCommands.init)
    }

    /// Where the flags cannot be read, the first addition that is told of shows that they are set.
    func judgeByEvidence() {
        guard case .polling = mode, let evidence, evidence.additionsTold > 0 else { return }
        mode = .notifications
        machine.notificationsChecked(isNotified: true, wereLost: false, now: eventLoop.now)
    }

    private func judgePeriod() {
        if evidence == nil { evidence = NotificationEvidence(rowsAdded: counters.rowsAdded) }
        guard evidence?.judgePeriod(rowsAdded: counters.rowsAdded) == false, mode == .notifications else { return }
        logger.followerLostNotifications("unknown")
        mode = .polling(remedy: NotificationFlags("").remedy)
        machine.notificationsChecked(isNotified: false, wereLost: true, now: eventLoop.now)
    }

    /// Nil where we may not ask.
    private func flags(_ connection: RedisConnection) async throws(RedisError) -> NotificationFlags? {
        let reply = try await ask([RESPCommand("CONFIG", "GET", Self.setting)], connection).first
        guard let words = reply?.array, words.count == 2, let text = words[1].string else { return nil }
        return NotificationFlags(text)
    }

    private func complete(
        _ flags: NotificationFlags, _ connection: RedisConnection
    ) async throws(RedisError) -> Bool {
        if flags.isSufficient { return true }
        // What is set already says as well whether we may.
        let text = configuration.isTrial ? flags.text : flags.completed
        let command = RESPCommand("CONFIG", "SET", Self.setting, .string(text))
        guard try await ask([command], connection).first == .simple("OK") else { return false }
        if configuration.isTrial { return true }
        logger.followerCompletedNotifications(from: flags.text, to: flags.completed)
        return true
    }
}
