package import Logging
package import Probes
import SampleContract
import Synchronization

#if canImport(Glibc)
    import Glibc
#endif

/// A command of the host's owner. The lines of JSON that it prints are the samples of a probe.
///
/// It takes at most ten lines a second, of at most 64 KiB each, and leaves no process behind.
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

    /// Runs the command again and again until the task is cancelled. Returns when its processes have ended.
    ///
    /// `onSample` is called on the probe's own thread.
    package func run(onSample: @escaping @Sendable (OpenSample) -> Void) async {
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

/// A probe made of a command of the host's owner: `NAME=command`.
package struct ExecCommand: Sendable, Hashable {
    /// What is allowed, for error messages.
    package static let rule = "NAME=COMMAND; NAME \(ProbeWord.rule), and is not \(ProbeName.list("or"))"

    package let name: String
    /// What `/bin/sh -c` runs.
    package let command: String

    /// nil if the text breaks ``rule``.
    package init?(parsing text: String) {
        guard let sign = text.firstIndex(of: "=") else { return nil }
        let name = String(text[..<sign])
        let command = String(text[text.index(after: sign)...])
        guard Self.isValid(name), command.contains(where: { !$0.isWhitespace }), !command.utf8.contains(0) else {
            return nil
        }
        self.name = name
        self.command = command
    }

    private static func isValid(_ name: String) -> Bool {
        ProbeWord.isValid(name.utf8) && ProbeName(rawValue: name) == nil
    }
}
