import TestSupport

extension FaultCase {
    /// Redis dies.
    static let crashes = [
        FaultCase(
            number: 8, name: "kill -9 ×3, AOF always", redis: ["--appendonly", "yes", "--appendfsync", "always"],
            fault: killThrice),
        FaultCase(
            number: 9, name: "kill -9 ×3, AOF everysec", redis: ["--appendonly", "yes", "--appendfsync", "everysec"],
            fault: killThrice),
        FaultCase(number: 10, name: "kill -9 ×3, no persistence", fault: killThrice),
    ]

    private static let killThrice: @Sendable (Stage) async throws -> Void = { stage in
        try await stage.spread(3) { _ in try await stage.redis.restart() }
    }
}
