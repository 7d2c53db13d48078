package import Logging
package import NIOCore

/// Keeps work going with a Redis that comes and goes: connects, runs the work, and after any error waits and tries
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
    private let warnsOfAbsence: Bool
    private let clock: any Clock<Duration>

    /// - Parameter warnsOfAbsence: false where whoever gets the state tells of it: then it is logged as `debug`.
    package init(
        configuration: RedisConfiguration, eventLoop: any EventLoop, logger: Logger, warnsOfAbsence: Bool = true,
        clock: any Clock<Duration> = ContinuousClock()
    ) {
        self.configuration = configuration
        self.eventLoop = eventLoop
        self.logger = logger
        self.warnsOfAbsence = warnsOfAbsence
        self.clock = clock
    }

    /// One connection, made once: to the server of the URL or, with sentinels, to the master that they name.
    package static func connect(
        _ configuration: RedisConfiguration, on eventLoop: any EventLoop, logger: Logger
    ) async throws(RedisError) -> RedisConnection {
        try await RedisResolver(configuration, on: eventLoop, logger: logger).connect()
    }

    /// Returns when `body` returns, or when the task is cancelled; never because of Redis.
    ///
    /// The connection is closed when `body` returns or throws. A `body` that waits for something other than a reply has
    /// to watch the connection's `closeFuture`, or it will not learn that Redis is gone.
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
                let isNew = reports.isNew(reason) && warnsOfAbsence
                logger.redisBackingOff(configuration.endpoint, reason, wait, isNew: isNew)
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

/// Which reasons of one outage were logged already: each is worth one line, not one with each attempt.
struct OutageReports {
    private static let maxReasons = 16

    private var reasons: Set<String> = []

    /// Whether this reason is new to the outage. At most 16 are, as a server may find ever new words for one reason.
    mutating func isNew(_ reason: RedisError) -> Bool {
        reasons.count < Self.maxReasons && reasons.insert(reason.description).inserted
    }

    /// The outage is over.
    mutating func reset() {
        reasons = []
    }
}

/// Waits that double up to a maximum. Each is shortened by a random part, so that the clients of one server do not all
/// come back at the same moment.
package struct Backoff: Sendable, Hashable {
    package let initial: Duration
    package let maximum: Duration
    /// By how much chance may shorten a wait: 0 not at all, 1 down to nothing.
    package let jitter: Double
    private var current: Duration

    package init(
        initial: Duration = .milliseconds(100), maximum: Duration = .seconds(5), jitter: Double = 0.5
    ) {
        self.initial = max(initial, .zero)
        self.maximum = max(maximum, self.initial)
        self.jitter = min(max(jitter, 0), 1)
        current = self.initial
    }

    /// The next wait: between `(1 - jitter) × base` and `base`, where the base doubles with each call.
    package mutating func next(using generator: inout some RandomNumberGenerator) -> Duration {
        let base = current
        current = min(base * 2, maximum)
        return base * (1 - jitter * Double.random(in: 0...1, using: &generator))
    }

    /// Starts anew from the initial wait.
    package mutating func reset() {
        current = initial
    }
}
