import Logging
import ServiceLifecycle
import Subprocess
import SystemPackage

/// A program that runs as this process's child.
///
/// The child's standard input is a pipe that nobody writes to. When it ends, the child knows that this process has
/// ended, even if that was by SIGKILL. On graceful shutdown the child gets SIGTERM, and SIGKILL 2 s later. It runs in a
/// session of its own, so that Ctrl-C in the terminal reaches only this process.
struct ChildProcess: Service {
    /// What happens when the child ends by itself.
    enum EndPolicy: Sendable, Equatable {
        /// The service fails with ``Ended``.
        case fail
        case startAgain(after: Duration)
    }

    /// The child ended by itself.
    struct Ended: Error, Equatable, CustomStringConvertible {
        let name: String
        let status: String
        /// The last lines that it wrote.
        let lastWords: [String]

        var description: String {
            "\(name) ended (\(status))" + (lastWords.isEmpty ? "" : ": \(lastWords.joined(separator: " | "))")
        }
    }

    let name: String
    let executable: String
    let arguments: [String]
    let atEnd: EndPolicy
    let logger: Logger
    var onStart: @Sendable (_ pid: Int32) -> Void = { _ in }

    func run() async throws {
        try await cancelWhenGracefulShutdown {
            while !Task.isCancelled {
                do {
                    throw try await runUntilEnd()
                } catch  where Task.isCancelled {
                    // We were asked to end, so it does not matter how the child ended.
                    return
                } catch {
                    guard case .startAgain(let delay) = atEnd else { throw error }
                    logger.warning(
                        "child ended, starting it again", metadata: ["child": "\(name)", "error": "\(error)"])
                    try? await Task.sleep(for: delay)
                }
            }
        }
    }

    /// - Returns: how the child ended.
    private func runUntilEnd() async throws -> Ended {
        var options = PlatformOptions()
        options.createSession = true
        options.teardownSequence = [.gracefulShutDown(allowedDurationToNextStep: .seconds(2))]
        let result = try await Subprocess.run(
            .path(FilePath(executable)), arguments: Arguments(arguments), platformOptions: options,
            input: .inputWriter, output: .sequence, error: .combinedWithOutput
        ) { execution in
            onStart(execution.processIdentifier.value)
            var lastWords: [String] = []
            for try await line in execution.standardOutput.strings() {
                let text = line.split(separator: "\n").joined()
                guard !text.isEmpty else { continue }
                logger.debug("child says", metadata: ["child": "\(name)", "line": "\(text)"])
                lastWords = Array((lastWords + [String(text.prefix(200))]).suffix(3))
            }
            return lastWords
        }
        return Ended(name: name, status: "\(result.terminationStatus)", lastWords: result.closureResult)
    }
}
