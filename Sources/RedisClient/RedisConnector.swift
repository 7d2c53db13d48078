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
        let resolver = RedisResolver(configuration, on: eventLoop, logger: logger)
        guard let masters = resolver.masters else {
            return await attempt(resolver, onState: onState, body: body)
        }
        await withTaskGroup(of: Void.self) { tasks in
            tasks.addTask { await masters.listen() }
            await attempt(resolver, onState: onState, body: body)
            tasks.cancelAll()
        }
    }

    private func attempt(
        _ resolver: RedisResolver, onState: (State) async -> Void, body: (RedisConnection) async throws -> Void
    ) async {
        var backoff = configuration.backoff
        var reports = OutageReports()
        var generator = SystemRandomNumberGenerator()
        while !Task.isCancelled {
            await onState(.connecting)
            var lifetime = Duration.zero
            do {
                let connection = try await resolver.connect()
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
                if lifetime >= configuration.stableAfter {
                    backoff.reset()
                    reports.reset()
                }
                let reason = error as? RedisError ?? RedisError(.other, "\(error)", underlying: error)
                let wait = backoff.next(using: &generator)
                logger.redisBackingOff(configuration.endpoint, reason, wait, isNew: reports.isNew(reason))
                await onState(.backingOff(reason, wait))
                await sleep(wait, resolver)
            }
        }
    }

    private func sleep(_ wait: Duration, _ resolver: RedisResolver) async {
        if let masters = resolver.masters {
            await masters.sleep(for: wait, clock)
        } else {
            try? await clock.sleep(for: wait)
        }
    }
}
