package import Logging
package import Probes
import Synchronization

#if canImport(Glibc)
    import Glibc
#endif

/// A command of the host's owner whose lines of JSON are the samples of a probe.
///
/// Never takes lines longer than 64 KiB or more than ten a second, and leaves no process behind.
package struct ExecProbe: Sendable {
    package let name: String
    package let command: String
    let host: String
    let startMs: Int64
    let boot: String?
    let intervalMs: Int64
    let logger: Logger

    package init(
        name: String, command: String, host: String, startMs: Int64, boot: String?, intervalMs: Int64, logger: Logger
    ) {
        self.name = name
        self.command = command
        self.host = host
        self.startMs = startMs
        self.boot = boot
        self.intervalMs = intervalMs
        var logger = logger
        logger[metadataKey: "probe"] = "\(name)"
        self.logger = logger
    }

    /// Runs the command again and again until the task is cancelled; returns when its processes are gone.
    ///
    /// `onSample` is called on a thread of the probe's own.
    package func run(onSample: @escaping @Sendable (EncodedSample) -> Void) async {
        guard let bell = ExecBell() else {
            logger.execFailed("no descriptors are left")
            return
        }
        await withTaskCancellationHandler {
            await withCheckedContinuation { continuation in
                ExecThread.run {
                    ExecProbeLoop(self, bell: bell, onSample: onSample).run()
                    continuation.resume()
                }
            }
        } onCancel: {
            bell.ring()
        }
    }
}
