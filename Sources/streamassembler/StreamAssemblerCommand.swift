import ArgumentParser
import Settings

/// `streamassembler`: the live monitoring daemon.
@main
struct StreamAssemblerCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "streamassembler",
        abstract: "Follows samples of monitored hosts in Redis and shows them live in browsers.",
        discussion: """
            Every option may also be set in the environment (--flush-ms as STREAMASSEMBLER_FLUSH_MS) or in a YAML or \
            JSON file (--config FILE, key flush-ms); flags win over the environment, the environment over the file.
            """,
        version: programVersion,
        subcommands: [ServeCommand.self, DemoCommand.self, TailCommand.self, CheckCommand.self])
}
