import ArgumentParser
import CollectorAgent
import Glibc
import Settings

/// `collector once`: one sample of each probe as JSON lines.
struct OnceCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "once", abstract: "Print one sample of each probe as JSON, with rates over one interval.")

    @OptionGroup var options: CollectorOptions

    func run() async throws {
        let configuration = try options.configuration()
        signal(SIGPIPE, SIG_IGN)
        do throws(CollectorFailure) {
            for line in try await CollectorOnce.lines(configuration) {
                guard StandardStreams.output(line) else { return }
            }
        } catch {
            StandardStreams.error("collector: \(error)")
            throw ExitCode(error.exitStatus)
        }
    }
}
