package import Logging
import NIOCore
import NIOPosix
import ProcFS
import RedisClient
import ServiceLifecycle
package import Settings
import UnixSignals

/// Runs a collector as a program: signals, lifeline, exit status.
package enum CollectorRun {
    /// Returns when SIGINT, SIGTERM or the end of standard input (`hasLifeline`) ended the collector. SIGHUP makes it
    /// read the configuration again.
    package static func run(
        _ configuration: CollectorConfiguration,
        rereading read: @escaping @Sendable () -> Result<CollectorConfiguration, SettingError>, hasLifeline: Bool,
        logger: Logger
    ) async throws(CollectorFailure) {
        do {
            try await collect(configuration, read, hasLifeline: hasLifeline, logger: logger)
        } catch {
            throw CollectorFailure(error)
        }
    }

    private static func collect(
        _ configuration: CollectorConfiguration,
        _ read: @escaping @Sendable () -> Result<CollectorConfiguration, SettingError>, hasLifeline: Bool,
        logger: Logger
    ) async throws {
        // From the very beginning, because otherwise a SIGHUP would end the program.
        let hangups = await UnixSignalsSequence(trapping: .sighup)
        DescriptorLimit.raise()
        let group = MultiThreadedEventLoopGroup(numberOfThreads: 1)
        let eventLoop = group.next()
        if configuration.requiresRedis {
            for endpoint in configuration.targets {
                let connection = try await RedisConnector.connect(
                    configuration.redisConfiguration(endpoint), on: eventLoop, logger: logger)
                await connection.close()
            }
        }
        if hasLifeline { Lifeline.watchStandardInput() }
        let collector = try Collector(configuration, eventLoop: eventLoop, logger: logger)
        let services = ServiceGroup(
            configuration: .init(
                services: [.init(service: collector, successTerminationBehavior: .gracefullyShutdownGroup)],
                gracefulShutdownSignals: [.sigint, .sigterm], logger: logger))
        let rereading = Task {
            for await _ in hangups {
                switch read() {
                case .success(let configuration): await collector.reconfigure(configuration)
                case .failure(let error): logger.notReconfigured(error.description)
                }
            }
        }
        try await services.run()
        rereading.cancel()
        try await group.shutdownGracefully()
    }
}

/// Why a collector could not do its work, with the exit status of `sysexits(3)` that says so.
package struct CollectorFailure: Error, CustomStringConvertible {
    package let description: String
    package let exitStatus: Int32

    /// 69 if Redis cannot be reached, 66 if `/proc` cannot be read, 70 for anything else.
    init(_ error: any Error) {
        description = "\(error)"
        exitStatus = error is RedisError ? 69 : error is ProcFSError ? 66 : 70
    }
}
