internal import Logging
internal import NIOCore

/// Finds the server to connect to, anew for each attempt: the one of the URL, or the master that sentinels name.
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

    /// A connection to the server of the moment, with the password of the moment.
    func connect() async throws(RedisError) -> RedisConnection {
        guard let masters else {
            let resolved = try configuration.withCurrentPassword()
            return try await RedisConnection.dial(resolved, on: eventLoop, logger: logger)
        }
        // A master that stalls is given up when another is named, not when its time is over.
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

    /// A master is one by its own word and, after it gave that, by the sentinels': an old one that comes back does not
    /// know yet that it is none.
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
