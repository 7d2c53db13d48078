import KeyspaceFollower
import Logging
import NIOCore
import NIOPosix
import RESP
import RedisClient

/// `streamassembler check`: connects once, and says what is wrong and how to mend it.
package struct Check: Sendable {
    private let configuration: DaemonConfiguration

    package init(_ configuration: DaemonConfiguration) {
        self.configuration = configuration
    }

    /// - Parameter say: takes a line for each thing looked at.
    /// - Returns: the exit status: 0, or 69 where Redis cannot be followed.
    package func run(say: (String) -> Void) async -> Int32 {
        say("configuration   ok: listens on \(configuration.host) port \(configuration.port)")
        let webRoot = WebRoot.find(configured: configuration.webRoot, executable: ExecutableSearch.own())
        say("dashboard       " + (webRoot.map { "ok: \($0)" } ?? "not found: set --web DIR"))
        do {
            let redis = try configuration.redis()
            let eventLoop = MultiThreadedEventLoopGroup.singleton.next()
            let connection = try await RedisConnection.connect(
                redis, on: eventLoop, logger: Logger("check", configuration))
            say("redis           ok: \(connection.configuration.endpoint)")
            try await FollowerRights(configuration.follow, prefix: configuration.prefix).require(connection)
            let isGood = try await look(at: connection, say: say)
            await connection.close()
            let isStreamed = await lookAtStream(of: connection.configuration, on: eventLoop, say: say)
            return isGood && isStreamed ? 0 : 69
        } catch {
            say("redis           failed: \(error)")
            return 69
        }
    }

    /// False where only the replication stream will do, and Redis does not give it.
    private func lookAtStream(
        of redis: RedisConfiguration, on eventLoop: any EventLoop, say: (String) -> Void
    ) async -> Bool {
        if configuration.follow == .notifications { return true }
        do throws(RedisError) {
            let link = try await RedisReplication.connect(
                redis, from: nil, on: eventLoop, logger: Logger("check", configuration)
            ) { _ in }
            await link.close()
            say("replication     ok")
            return true
        } catch {
            let isNeeded = configuration.follow == .replication
            say("replication     " + (isNeeded ? "failed: \(error)" : "not given, notifications will do: \(error)"))
            return !isNeeded
        }
    }

    private func look(at connection: RedisConnection, say: (String) -> Void) async throws -> Bool {
        let replies = try await connection.pipeline([
            RESPCommand("INFO", "server"), RESPCommand("CONFIG", "GET", "notify-keyspace-events"),
            RESPCommand("SCAN", "0", "MATCH", "\(configuration.prefix):*", "COUNT", "1000", "TYPE", "zset"),
        ])
        if let text = replies[0].string,
            let line = text.split(whereSeparator: \.isNewline).first(where: { $0.hasPrefix("redis_version:") })
        {
            say("version         \(line.dropFirst("redis_version:".count))")
        }
        if let flags = replies[1].array?.last?.string {
            let flags = NotificationFlags(flags)
            say(
                "notifications   "
                    + (flags.isSufficient ? "ok: \(flags.text)" : "'\(flags.missing)' missing: the daemon adds them"))
        } else {
            say("notifications   cannot be read (\(replies[1])): the daemon polls; \(NotificationFlags("").remedy)")
        }
        guard let found = replies[2].array, found.count == 2 else {
            say("keys            failed: \(replies[2])")
            return false
        }
        say(
            "keys            \(found[1].array?.count ?? 0) under '\(configuration.prefix):' in the first 1000 looked at"
        )
        return true
    }
}
