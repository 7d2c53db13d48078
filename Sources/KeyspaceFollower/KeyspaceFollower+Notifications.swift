internal import NIOCore
internal import RESP
internal import RedisClient

extension KeyspaceFollower {
    private static let setting: RESPArgument = "notify-keyspace-events"

    /// Whether Redis tells of changes from now on; sets ``mode``.
    func prepareNotifications(_ connection: RedisConnection, canSubscribe: Bool) async throws(RedisError) -> Bool {
        evidence = nil
        guard canSubscribe else {
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

    /// Someone may have switched them off without a word, or on.
    func checkNotifications(_ connection: RedisConnection, canSubscribe: Bool) async throws(RedisError) {
        guard canSubscribe else { return }
        guard let flags = try await flags(connection) else { return judgePeriod() }
        evidence = nil
        let wereLost = mode == .notifications && !flags.isSufficient
        if wereLost { logger.followerLostNotifications(flags.text) }
        mode = try await complete(flags, connection) ? .notifications : .polling(remedy: flags.remedy)
        machine.notificationsChecked(
            isNotified: mode == .notifications, wereLost: wereLost, now: eventLoop.now)
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
        let command = RESPCommand("CONFIG", "SET", Self.setting, .string(flags.completed))
        guard try await ask([command], connection).first == .simple("OK") else { return false }
        logger.followerCompletedNotifications(from: flags.text, to: flags.completed)
        return true
    }
}
