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
