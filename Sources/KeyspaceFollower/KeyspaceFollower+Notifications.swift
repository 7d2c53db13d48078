internal import NIOCore
internal import RESP
internal import RedisClient

extension KeyspaceFollower {
    private static let setting: RESPArgument = "notify-keyspace-events"

    /// Whether Redis tells of changes from now on; sets ``mode``.
    func prepareNotifications(_ connection: RedisConnection, canSubscribe: Bool) async throws(RedisError) -> Bool {
        guard canSubscribe else {
            mode = .polling(remedy: channel.remedy(user: configuration.redis.endpoint.username))
            return false
        }
        guard let flags = try await flags(connection) else {
            mode = .polling(remedy: NotificationFlags("").remedy)
            return false
        }
        mode = try await complete(flags, connection) ? .notifications : .polling(remedy: flags.remedy)
        return mode == .notifications
    }

    /// Someone may have switched them off without a word, or on.
    func checkNotifications(_ connection: RedisConnection, canSubscribe: Bool) async throws(RedisError) {
        guard canSubscribe, let flags = try await flags(connection) else { return }
        let wereLost = mode == .notifications && !flags.isSufficient
        if wereLost { logger.followerLostNotifications(flags.text) }
        mode = try await complete(flags, connection) ? .notifications : .polling(remedy: flags.remedy)
        machine.notificationsChecked(
            isNotified: mode == .notifications, wereLost: wereLost, now: eventLoop.now)
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
