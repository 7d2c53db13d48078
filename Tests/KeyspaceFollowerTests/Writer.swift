import Logging
import RESP
import RedisClient
import TestSupport

/// A collector in small: writes to a real server and tries again until each write is acknowledged.
struct Writer {
    private let configuration: RedisConfiguration
    private let acceptsErrors: Bool
    private var connection: RedisConnection?

    /// - Parameter acceptsErrors: an error reply is an answer like any other.
    init(_ server: RedisServerProcess, database: Int = 0, acceptsErrors: Bool = false) throws {
        var configuration = try FollowerObserver.redis(server.unixURL)
        configuration.endpoint.database = database
        self.configuration = configuration
        self.acceptsErrors = acceptsErrors
    }

    /// What the commands answered, once the server has taken them; an EXEC may have been done twice.
    @discardableResult
    mutating func write(_ commands: RESPCommand...) async throws -> [RESPValue] {
        try await write(commands)
    }

    @discardableResult
    mutating func write(_ commands: [RESPCommand]) async throws -> [RESPValue] {
        while true {
            try Task.checkCancellation()
            if let replies = try? await attempt(commands) { return replies }
            connection = nil
        }
    }

    private mutating func attempt(_ commands: [RESPCommand]) async throws -> [RESPValue] {
        let live: RedisConnection
        if let connection {
            live = connection
        } else {
            live = try await RedisConnector.connect(
                configuration, on: FollowerObserver.eventLoop, logger: Logger(label: "writer"))
            connection = live
        }
        let replies = try await live.pipeline(commands)
        if !acceptsErrors, let error = replies.lazy.compactMap(\.error).first { throw error }
        return replies
    }

    @discardableResult
    mutating func add(_ key: String, _ score: Double, _ member: String) async throws -> [RESPValue] {
        try await write(RESPCommand("ZADD", .string(key), .double(score), .string(member)))
    }

    mutating func members(_ key: String) async throws -> Set<String> {
        let reply = try await write(RESPCommand("ZRANGE", .string(key), 0, -1))
        return Set((reply.first?.array ?? []).compactMap(\.string))
    }

    mutating func members(of keys: [String]) async throws -> [String: Set<String>] {
        var truth: [String: Set<String>] = [:]
        for key in keys { truth[key] = try await members(key) }
        return truth
    }
}
