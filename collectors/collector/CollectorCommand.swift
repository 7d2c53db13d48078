import ArgumentParser
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
        subcommands: [RunCommand.self, OnceCommand.self, CheckCommand.self])
}
