internal import Logging
internal import NIOCore
internal import RESP

/// Finds the server for each attempt to connect: the one in the URL, or the master that the sentinels name.
struct RedisResolver: Sendable {
    private let configuration: RedisConfiguration
    private let eventLoop: any EventLoop
    private let logger: Logger
    /// Nil where the URL names the server.
    let masters: MasterWatch?

    init(_ configuration: RedisConfiguration, on eventLoop: any EventLoop, logger: Logger) {
        self.configuration = configuration
        self.eventLoop = eventLoop
        self.logger = logger
        if case .sentinels(let group) = configuration.endpoint.address {
            masters = MasterWatch(group, configuration, on: eventLoop, logger: logger)
        } else {
            masters = nil
        }
    }

    /// Connects to the server that it finds now, with the password that the file holds now.
    func connect() async throws(RedisError) -> RedisConnection {
        guard let masters else {
            let resolved = try configuration.withCurrentPassword()
            return try await RedisConnection.dial(resolved, on: eventLoop, logger: logger)
        }
        // A master that stalls is given up as soon as another is named, and not only after the time-out.
        let result = await withTaskGroup(of: Result<RedisConnection, RedisError>?.self) { tasks in
            tasks.addTask { await Self.result { () throws(RedisError) in try await connect(by: masters) } }
            tasks.addTask {
                await masters.untilSwitched()
                return nil
            }
            let first = await tasks.next() ?? nil
            tasks.cancelAll()
            for await late in tasks { if case .success(let connection) = late { connection.drop(Self.inVain) } }
            return first
        }
        if Task.isCancelled { throw RedisError(.cancelled, "connecting was cancelled") }
        let connection = try (result ?? .failure(Self.inVain)).get()
        masters.follow(connection)
        return connection
    }

    /// First the server has to say that it is a master. Then the sentinels have to name it once more: an old master
    /// that comes back does not know yet that it is none.
    private func connect(by masters: MasterWatch) async throws(RedisError) -> RedisConnection {
        let named = try await masters.ask()
        masters.attempting(named)
        var resolved = try configuration.withCurrentPassword()
        resolved.endpoint.address = .tcp(host: named.host, port: named.port)
        let connection = try await RedisConnection.dial(resolved, on: eventLoop, logger: logger)
        do throws(RedisError) {
            try await RedisRole.requireMaster(connection)
            let again = try await masters.ask()
            if again != named {
                throw RedisError(.notMaster, "\(resolved.endpoint): the sentinels now name \(again) the master")
            }
            return connection
        } catch {
            connection.drop(error)
            throw error
        }
    }

    private static let inVain = RedisError(.notMaster, "the sentinels named another master meanwhile")

    private static func result(
        _ body: () async throws(RedisError) -> RedisConnection
    ) async -> Result<RedisConnection, RedisError> {
        do throws(RedisError) { return .success(try await body()) } catch { return .failure(error) }
    }
}

/// Whether a server is a master or a replica.
enum RedisRole {
    /// Throws where the server is no master, or does not say.
    static func requireMaster(_ connection: RedisConnection) async throws(RedisError) {
        let replies = try await connection.pipeline([RESPCommand("ROLE"), RESPCommand("INFO", "replication")])
        let endpoint = connection.configuration.endpoint
        guard let role = role(replies) else {
            throw RedisError(
                .noPermission,
                "\(endpoint): whether this is the master cannot be asked (\(replies[0])); grant: +role")
        }
        if role != "master" {
            throw RedisError(.notMaster, "\(endpoint): the sentinels call this the master, but it is a \(role)")
        }
    }

    /// From the replies to ROLE and INFO. The ACL may refuse one of them.
    static func role(_ replies: [RESPValue]) -> String? {
        if let role = replies.first?.array?.first?.string { return role == "slave" ? "replica" : role }
        let lines = replies.last?.string?.split(whereSeparator: \.isNewline) ?? []
        guard let line = lines.first(where: { $0.hasPrefix("role:") }) else { return nil }
        return line == "role:slave" ? "replica" : String(line.dropFirst(5))
    }
}
