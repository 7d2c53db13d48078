import ArgumentParser
import CollectorAgent
import Glibc
import Logging
import Settings

/// The command line of the collector.
@main
struct CollectorCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "collector", abstract: "Samples this host and sends the samples to Redis.",
        discussion: """
            Options come from flags, then from the environment (COLLECTOR_INTERVAL for --interval), then from the file \
            given with --config.
            """,
        version: programVersion,
        subcommands: [RunCommand.self, OnceCommand.self, CheckCommand.self, SettingsCommand.self])

    static func main() async {
        ProcMount.demand(by: "collector")
        await main(nil)
    }
}

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

/// `collector check`: what can be read, whether Redis can be written, and what to grant.
struct CheckCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "check", abstract: "Say what can be read, whether Redis can be written, and what to grant.",
        discussion: "Exits with 0, 69 where Redis cannot be reached, 77 where it cannot be written.")

    @OptionGroup var options: CollectorOptions

    func run() async throws {
        let configuration = try options.configuration()
        LoggingSystem.bootstrap { _ in SwiftLogNoOpLogHandler() }
        let (lines, status) = await CollectorCheck.run(configuration, logger: Logger(label: "collector"))
        for line in lines { StandardStreams.output(line) }
        if status != 0 { throw ExitCode(status) }
    }
}
