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

/// One line of `collector check`.
package struct CheckFinding: Sendable, Equatable {
    package enum Verdict: String, Sendable {
        /// Readable or writable.
        case fine = "ok"
        /// This kernel does not have it: the fields are null.
        case missing
        /// There, but kept from this user: the fields are null and samples say `no-privilege`.
        case denied
        case failed
    }

    package var source: String
    package var verdict: Verdict
    /// What was seen, and what to do where something is wrong.
    package var detail: String

    package init(_ source: String, _ verdict: Verdict, _ detail: String) {
        self.source = source
        self.verdict = verdict
        self.detail = detail
    }
}
