package import Logging
import NIOPosix
package import Probes
import ProcFS

/// Everything that `collector check` looks at, with a line for each.
package enum CollectorCheck {
    package static func run(
        _ configuration: CollectorConfiguration, logger: Logger
    ) async -> (lines: [String], status: Int32) {
        let eventLoop = MultiThreadedEventLoopGroup.singleton.next()
        let redis = await RedisCheck.findings(configuration, on: eventLoop, logger: logger)
        let findings =
            sources(of: configuration.probes) + SpoolCheck.findings(configuration)
            + SecretFileCheck.findings(configuration) + redis.findings
        let width = findings.map(\.source.count).max() ?? 0
        let lines = findings.map { finding in
            let source = finding.source + String(repeating: " ", count: width - finding.source.count)
            return "\(source)  \(finding.verdict.rawValue): \(finding.detail)"
        }
        return (lines, redis.status)
    }

    /// The sources of the chosen probes.
    package static func sources(of probes: [ProbeName], root: String = "") -> [CheckFinding] {
        let buffer = ReadBuffer()
        return probes.flatMap(\.sources).flatMap { $0.findings(root: root, buffer: buffer) }
    }
}
