internal import Subprocess

/// One life of a `redis-server` process.
typealias RedisServerChild = GuardedChild

extension RedisServerChild {
    /// Returns when the server says that it accepts connections, in a line that `isReady` knows.
    static func launch(
        _ arguments: [String], folder: String,
        isReady: @escaping @Sendable (String) -> Bool = { $0.lowercased().contains("ready to accept connections") }
    ) async throws -> RedisServerChild {
        do {
            return try await launch("redis-server", arguments, folder: folder, isReady: isReady)
        } catch {
            throw RedisServerFailure(output: error.output)
        }
    }
}

/// Runs `redis-cli`.
enum RedisCLI {
    /// What it prints, without the last line's end.
    static func output(of arguments: [String]) async throws -> String {
        let result = try await run(
            .name("redis-cli"), arguments: Arguments(arguments), output: .string(limit: 16 << 20))
        let output = result.standardOutput
        return output.last == "\n" ? String(output.dropLast()) : output
    }
}
