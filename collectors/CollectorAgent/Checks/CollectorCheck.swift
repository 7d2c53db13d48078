package import Logging
import NIOPosix

/// Everything `collector check` looks at.
package enum CollectorCheck {
    package static func run(
        _ configuration: CollectorConfiguration, logger: Logger
    ) async -> (findings: [CheckFinding], status: Int32) {
        let eventLoop = MultiThreadedEventLoopGroup.singleton.next()
        let redis = await RedisCheck.findings(configuration, on: eventLoop, logger: logger)
        return (
            SourceCheck.findings() + SpoolCheck.findings(configuration) + SecretFileCheck.findings(configuration)
                + redis.findings, redis.status
        )
    }
}
