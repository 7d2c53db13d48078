package import Logging
package import NIOCore
import Probes
package import ProcFS
import RESP
import RedisClient
import ServiceLifecycle

/// Samples this host at every interval and brings the samples to Redis, until it is asked to stop.
///
/// Lives on one event loop, together with its Redis connection: no sample ever changes threads. On a graceful shutdown
/// the last samples are sent if Redis is there, for at most two seconds.
package actor Collector: Service {
    package nonisolated let unownedExecutor: UnownedSerialExecutor
    private let configuration: CollectorConfiguration
    private let eventLoop: any EventLoop
    private let logger: Logger
    private let source: SampleSource
    private let wakes: AsyncStream<Void>
    private let wake: AsyncStream<Void>.Continuation
    private var clock: SampleClock
    private var queue: PushQueue
    private var isConnected = false
    private var isStopping = false
    private var reportedDrops: UInt64 = 0
    private var moments: UInt64 = 0

    /// In samples: after the first three, by when all that sampling needs has run, and then now and again.
    private static let releaseInterval: UInt64 = 600

    /// Throws where `/proc` itself cannot be read.
    package init(
        _ configuration: CollectorConfiguration, root: String = "", eventLoop: any EventLoop, logger: Logger
    ) throws(ProcFSError) {
        self.configuration = configuration
        self.eventLoop = eventLoop
        self.logger = logger
        unownedExecutor = eventLoop.executor.asUnownedSerialExecutor()
        source = try SampleSource(configuration, root: root, startMs: SystemClock.epochMs())
        clock = SampleClock(intervalMs: configuration.intervalMs)
        queue = PushQueue(policy: configuration.push)
        (wakes, wake) = AsyncStream.makeStream(bufferingPolicy: .bufferingNewest(1))
    }

    /// Samples that wait for Redis, and those that Redis has taken.
    package var progress: (waiting: Int, stored: UInt64) { (queue.count, queue.stored) }

    /// Samples that gave way to newer ones while Redis was away.
    package var dropped: UInt64 { queue.dropped }

    package func run() async throws {
        logger.collecting(configuration)
        await withTaskGroup(of: Void.self) { group in
            group.addTask { await self.push() }
            await cancelWhenGracefulShutdown { await self.sample() }
            stop()
            if isConnected {
                group.addTask { try? await Task.sleep(for: .seconds(2)) }
                await group.next()
            }
            group.cancelAll()
        }
        logger.stopped(queue)
    }

    private func stop() {
        isStopping = true
        wake.yield()
    }

    private func sample() async {
        while !Task.isCancelled {
            let now = SystemClock.epochMs()
            let due = clock.next(nowMs: now)
            try? await Task.sleep(for: .milliseconds(due - now), tolerance: .zero)
            if Task.isCancelled { return }
            for sample in source.take() { queue.append(sample) }
            if moments % Self.releaseInterval == 2 { ProgramText.release() }
            moments &+= 1
            if queue.dropped > reportedDrops, isConnected {
                logger.dropped(queue.dropped)
                reportedDrops = queue.dropped
            }
            wake.yield()
        }
    }

    private func push() async {
        let connector = RedisConnector(
            configuration: configuration.redisConfiguration, eventLoop: eventLoop, logger: logger)
        var wakes = wakes.makeAsyncIterator()
        await connector.run { state in
            note(state)
        } body: { connection in
            queue.connected()
            logger.pushing(waiting: queue.count)
            while true {
                try await sendAll(over: connection)
                if isStopping { return }
                // A connection that breaks while nothing waits is found out with the next sample.
                guard await wakes.next(isolation: #isolation) != nil else { return }
            }
        }
    }

    private func note(_ state: RedisConnector.State) {
        switch state {
        case .connecting:
            isConnected = false
        case .connected:
            isConnected = true
        case .backingOff(let reason, _):
            if isConnected { logger.redisAway(reason, waiting: queue.count) }
            isConnected = false
        }
    }

    private func sendAll(over connection: RedisConnection) async throws(RedisError) {
        while let batch = queue.nextBatch(nowMs: SystemClock.epochMs()) {
            let commands = batch.commands(policy: configuration.push, key: configuration.key(of:))
            let outcomes = try await batch.outcomes(of: connection.pipeline(commands))
            queue.finish(batch, outcomes: outcomes)
            for (item, outcome) in zip(batch.items, outcomes) {
                switch outcome {
                case .stored: break
                case .refused(let error):
                    logger.refused(key: configuration.key(of: item.sample.probe), error.description)
                case .tryAgain(let error): throw RedisError(error, to: "ZADD")
                }
            }
        }
    }
}
