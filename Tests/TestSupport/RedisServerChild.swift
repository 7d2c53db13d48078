/// One life of a `redis-server` process.
typealias RedisServerChild = GuardedChild

extension RedisServerChild {
    /// Returns when the server says that it accepts connections.
    static func launch(_ arguments: [String], folder: String) async throws -> RedisServerChild {
        do {
            return try await launch("redis-server", arguments, folder: folder) {
                $0.lowercased().contains("ready to accept connections")
            }
        } catch {
            throw RedisServerFailure(output: error.output)
        }
    }
}
