import Logging
import NIOCore
import NIOPosix
import RedisClient

/// A configuration with deadlines short enough for a test to wait for.
func configuration(
    _ url: String, _ adjust: (inout RedisConfiguration) -> Void = { _ in }
) throws -> RedisConfiguration {
    var configuration = RedisConfiguration(endpoint: try RedisEndpoint(url: url), clientName: "test")
    configuration.backoff = Backoff(initial: .milliseconds(10), maximum: .milliseconds(50))
    adjust(&configuration)
    return configuration
}

func connect(
    to url: String, _ adjust: (inout RedisConfiguration) -> Void = { _ in }
) async throws -> RedisConnection {
    try await RedisConnection.connect(
        try configuration(url, adjust), on: MultiThreadedEventLoopGroup.singleton.any(), logger: Logger(label: "test"))
}
