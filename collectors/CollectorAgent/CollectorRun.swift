package import Logging
import NIOCore
import NIOPosix
import ProcFS
import RedisClient
import ServiceLifecycle
import UnixSignals

/// Runs a collector as a program: signals, lifeline, exit status.
package enum CollectorRun {
    /// Returns when SIGINT, SIGTERM or the end of standard input (`hasLifeline`) ended the collector.
    package static func run(
        _ configuration: CollectorConfiguration, hasLifeline: Bool, logger: Logger
    ) async throws(CollectorFailure) {
        do {
            try await collect(configuration, hasLifeline: hasLifeline, logger: logger)
        } catch {
            throw CollectorFailure(error)
        }
    }

    private static func collect(
        _ configuration: CollectorConfiguration, hasLifeline: Bool, logger: Logger
    ) async throws {
        let group = MultiThreadedEventLoopGroup(numberOfThreads: 1)
        let eventLoop = group.next()
        if configuration.requiresRedis {
            let connection = try await RedisConnection.connect(
                configuration.redisConfiguration, on: eventLoop, logger: logger)
            await connection.close()
        }
        if hasLifeline { Lifeline.watchStandardInput() }
        let collector = try Collector(configuration, eventLoop: eventLoop, logger: logger)
        let services = ServiceGroup(
            configuration: .init(
                services: [.init(service: collector, successTerminationBehavior: .gracefullyShutdownGroup)],
                gracefulShutdownSignals: [.sigint, .sigterm], logger: logger))
        try await services.run()
        try await group.shutdownGracefully()
    }
}
