package import Logging
import NIOCore
import Settings
import StreamAssembly

extension Logger {
    /// A logger of the daemon, as configured. By default it writes to standard error.
    package init(
        _ label: String, _ configuration: DaemonConfiguration, threshold: LogThreshold? = nil,
        write: @escaping @Sendable (String) -> Void = { StandardStreams.error($0) }
    ) {
        let threshold = threshold ?? LogThreshold(configuration.logLevel)
        self.init(label: label) { label in
            StructuredLogHandler(
                label: label, threshold: threshold, format: configuration.logFormat,
                write: write)
        }
    }

    /// Each file with a secret that others can read or change. What is in it is never logged.
    func secretsExposed(_ configuration: DaemonConfiguration) {
        for (secret, problem) in configuration.exposedSecrets {
            warning(
                "a file with a secret is open to others",
                metadata: ["setting": "\(secret.setting)", "file": "\(secret.path)", "problem": "\(problem)"])
        }
    }

    func placesLowered(to places: Int, from wanted: Int, _ descriptors: Int) {
        warning(
            "max-clients is lowered: there are not enough open files; raise the limit (LimitNOFILE=, ulimit -n)",
            metadata: ["max-clients": "\(places)", "wanted": "\(wanted)", "open-files": "\(descriptors)"])
    }

    func draining(_ sessions: Int, over time: Duration) {
        notice(
            "draining: no session is opened, and clients are sent away a few at a time",
            metadata: ["sessions": "\(sessions)", "time": "\(time.settingText)"])
    }

    func drained(left: Int) { notice("drained", metadata: ["sessions-left": "\(left)"]) }

    /// `/metrics` have a port of their own.
    func metricsListening(at address: SocketAddress) {
        let host = address.ipAddress ?? ""
        info(
            "metrics have a port of their own",
            metadata: ["at": "\(host.contains(":") ? "[\(host)]" : host):\(address.port ?? 0)"])
    }

    func certificateTaken(_ identity: TLSIdentity) {
        let now = WallClock.seconds()
        notice(
            "a new certificate is in force for new connections",
            metadata: ["names": "\(identity.names.joined(separator: " "))", "ending": "\(identity.ending(now: now))"])
        if identity.endsSoon(now: now) { certificateEndsSoon(identity) }
    }

    func certificateRefused(_ problem: TLSFiles.Unusable, kept: TLSIdentity) {
        error(
            "the new certificate cannot be used, and the old one stays in force",
            metadata: ["problem": "\(problem)", "old": "\(kept.ending(now: WallClock.seconds()))"])
    }

    func certificateEndsSoon(_ identity: TLSIdentity) {
        warning("the certificate ends soon", metadata: ["ending": "\(identity.ending(now: WallClock.seconds()))"])
    }

    /// TLS is off although others can reach the port, as the configuration wants it.
    func insecure(_ configuration: DaemonConfiguration) {
        notice(
            "plain http beyond this machine (--insecure-http): a proxy in front has to encrypt",
            metadata: ["host": "\(configuration.host)"])
    }

    /// - Parameter tls: whether the files of TLS could be used; nil where there are none.
    func reloaded(_ plan: ReloadPlan, tls: Bool?) {
        func list(_ names: [String]) -> String { names.isEmpty ? "nothing" : names.joined(separator: " ") }
        var fields: Metadata = [
            "changed": "\(list(plan.changed))", "needs-restart": "\(list(plan.needRestart))",
        ]
        if let tls { fields["tls"] = tls ? "read again" : "unusable, the old one stays" }
        notice("read the configuration again", metadata: fields)
    }

    func notReloaded(_ problem: SettingError) {
        error("the configuration cannot be used, and all stays as it was", metadata: ["problem": "\(problem)"])
    }

    /// At most once a minute.
    func managerUnreachable(_ problem: String, unloggedBefore: Int) {
        warning(
            "the service manager was not told",
            metadata: ["problem": "\(problem)", "unlogged-before": .stringConvertible(unloggedBefore)])
    }

    func sampleRejected(_ report: RejectionReport) {
        warning(
            "sample rejected",
            metadata: ["key": "\(report.key)", "reason": "\(report.reason.rawValue)", "member": "\(report.excerpt)"])
    }

    /// At most one a minute.
    func clientInExcess(_ address: String?, unloggedBefore: Int) {
        notice(
            "a client asked for far more than its budget and was disconnected",
            metadata: [
                "address": .string(address ?? "unknown"), "unlogged-before": .stringConvertible(unloggedBefore),
            ])
    }

    /// At most one a minute for each door. The token is never logged.
    func tokenRefused(_ door: TokenDoor.Door, _ address: String?, unloggedBefore: Int) {
        notice(
            "a wrong token was refused",
            metadata: [
                "door": .string(door.rawValue), "address": .string(address ?? "unknown"),
                "unlogged-before": .stringConvertible(unloggedBefore),
            ])
    }
}
