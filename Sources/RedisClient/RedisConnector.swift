package import Logging
package import NIOCore

/// Keeps work going over a Redis that comes and goes: connects, runs the work, and on any error backs off and tries
/// again.
package struct RedisConnector: Sendable {
    package enum State: Sendable, Equatable {
        case connecting
        case connected
        case backingOff(RedisError, Duration)
    }

    private let configuration: RedisConfiguration
    private let eventLoop: any EventLoop
    private let logger: Logger
    private let clock: any Clock<Duration>

    package init(
        configuration: RedisConfiguration, eventLoop: any EventLoop, logger: Logger,
        clock: any Clock<Duration> = ContinuousClock()
    ) {
        self.configuration = configuration
        self.eventLoop = eventLoop
        self.logger = logger
        self.clock = clock
    }

    /// Returns when `body` returns, or when the task is cancelled; never because of Redis.
    ///
    /// The connection is closed when `body` ends in either way. A `body` that waits for something other than the
    /// connection has to watch its `closeFuture`, or it will not learn that Redis is gone.
    package func run(
        onState: (State) async -> Void, body: (RedisConnection) async throws -> Void
    ) async {
        var backoff = configuration.backoff
        var generator = SystemRandomNumberGenerator()
        while !Task.isCancelled {
            await onState(.connecting)
            var lifetime = Duration.zero
            do {
                let connection = try await RedisConnection.connect(configuration, on: eventLoop, logger: logger)
                await onState(.connected)
                var end: (any Error)?
                lifetime = await clock.measure {
                    do { try await body(connection) } catch { end = error }
                }
                await connection.close()
                guard let end else { return }
                throw end
            } catch {
                if Task.isCancelled { return }
                if lifetime >= configuration.stableAfter { backoff.reset() }
                let reason = error as? RedisError ?? RedisError(.other, "\(error)", underlying: error)
                let wait = backoff.next(using: &generator)
                logger.redisBackingOff(configuration.endpoint, reason, wait)
                await onState(.backingOff(reason, wait))
                try? await clock.sleep(for: wait)
            }
        }
    }
}
