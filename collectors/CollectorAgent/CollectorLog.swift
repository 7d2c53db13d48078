import Logging
import Probes
import RedisClient

/// The log lines of a collector: fixed messages with details as metadata, and never the content of a sample.
extension Logger {
    func collecting(_ configuration: CollectorConfiguration) {
        info("collecting", metadata: described(configuration))
    }

    func reconfigured(_ configuration: CollectorConfiguration) {
        info("goes on with new settings", metadata: described(configuration))
    }

    func notReconfigured(_ reason: String) {
        error("goes on with the old settings", metadata: ["reason": "\(reason)"])
    }

    func needsRestart(_ setting: String) {
        warning("a setting needs a restart to change", metadata: ["setting": "\(setting)"])
    }

    func pushing(waiting: Int) {
        info("Redis takes samples", metadata: ["waiting": "\(waiting)"])
    }

    func openSecret(_ finding: CheckFinding) {
        warning(
            "a file with a secret is not kept from others",
            metadata: [
                "file": "\(finding.source)", "reason": "\(finding.detail)",
            ])
    }

    /// The reason is a sentence of the parser, never text from the file.
    func sourceFailed(_ warning: SourceReport.Warning) {
        self.warning(
            "a source failed, its fields are null",
            metadata: ["source": "\(warning.source)", "reason": "\(warning.reason)", "count": "\(warning.count)"])
    }

    func keepsFuture(_ reason: String) {
        warning(
            "samples of the future, as a clock that was set back leaves them, stay in Redis; grant +zremrangebyscore",
            metadata: ["reason": "\(reason)"])
    }

    func caughtUp() {
        info("all samples that waited are sent")
    }

    func redisAway(_ reason: RedisError, waiting: Int) {
        warning("Redis takes no samples, they wait", metadata: ["reason": "\(reason)", "waiting": "\(waiting)"])
    }

    func dropped(_ total: UInt64) {
        warning("the oldest samples were dropped, too many waited", metadata: ["dropped": "\(total)"])
    }

    func refused(key: String, _ reason: String) {
        error(
            "Redis refuses the samples of a key, they are lost", metadata: ["key": "\(key)", "reason": "\(reason)"])
    }

    func taken(key: String) {
        notice("Redis takes the samples of a key again", metadata: ["key": "\(key)"])
    }

    func spoolFails(_ reason: SpoolError) {
        error("the spool takes no samples, they wait in memory", metadata: ["reason": "\(reason)"])
    }

    func spoolWorks() {
        info("the spool takes samples again")
    }

    /// - Parameter places: how many places were found at once, the first of which is `reason`.
    func spoolUnreadable(_ reason: SpoolError, places: Int) {
        error(
            "samples in the spool cannot be read, they are lost",
            metadata: ["reason": "\(reason)", "places": "\(places)"])
    }

    func targetEnded(_ progress: TargetProgress) {
        info(
            "ended",
            metadata: [
                "stored": "\(progress.stored)", "dropped": "\(progress.dropped)", "refused": "\(progress.refused)",
                "unsent": "\(progress.waiting)",
            ])
    }

    func stopped() {
        info("collector ended")
    }

    private func described(_ configuration: CollectorConfiguration) -> Logger.Metadata {
        let probes = configuration.probes.map { "\($0.rawValue)=\(configuration.intervalMs(of: $0.rawValue))ms" }
        return [
            "host": "\(configuration.host)",
            "redis": "\(configuration.targets.map(\.description).joined(separator: " "))",
            "probes": "\(probes.joined(separator: " "))",
        ]
    }
}
