package import Logging
import Settings
import StreamAssembly

extension Logger {
    /// A logger of the daemon's, writing to standard error as configured.
    package init(_ label: String, _ configuration: DaemonConfiguration) {
        self.init(label: label) { label in
            StructuredLogHandler(
                label: label, level: configuration.logLevel, format: configuration.logFormat,
                write: { StandardStreams.error($0) })
        }
    }

    func sampleRejected(_ report: RejectionReport) {
        warning(
            "sample rejected",
            metadata: ["key": "\(report.key)", "reason": "\(report.reason.rawValue)", "member": "\(report.excerpt)"])
    }
}
