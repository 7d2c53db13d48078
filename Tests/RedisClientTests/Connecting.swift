import Logging
import NIOCore
import NIOPosix
import RedisClient
import Synchronization

/// The one event loop that all connections of these tests are on.
let testEventLoop: any EventLoop = MultiThreadedEventLoopGroup.singleton.next()

/// A configuration that backs off briefly.
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
    try await RedisConnector.connect(
        try configuration(url, adjust), on: testEventLoop, logger: Logger(label: "test"))
}

func subscribe(
    to url: String, _ patterns: String...,
    onMessage: @escaping @Sendable (_ channel: [UInt8], _ payload: [UInt8]) -> Void,
    adjust: (inout RedisConfiguration) -> Void = { _ in }
) async throws -> RedisSubscription {
    try await RedisSubscription.connect(
        try configuration(url, adjust), patterns: patterns, on: testEventLoop, logger: Logger(label: "test"),
        onMessage: onMessage)
}

/// Counts from any thread.
final class Counter: Sendable {
    private let count = Atomic<Int>(0)

    /// The count, this one included.
    func increment() -> Int {
        count.add(1, ordering: .sequentiallyConsistent).newValue
    }
}
