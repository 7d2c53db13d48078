import ArgumentParser
import Daemon
import Settings

/// `streamassembler serve`: the daemon.
struct ServeCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(commandName: "serve", abstract: "Run the daemon.")

    @OptionGroup var options: DaemonOptions
    @Option(help: DaemonOptions.help(DaemonSettings.redis)) var redis: String?
    @Flag(help: ArgumentHelp(stringLiteral: DaemonSettings.requireRedis.help)) var requireRedis = false

    func run() async throws {
        var flags: [String: [String]] = [:]
        if let redis { flags[DaemonSettings.redis.name] = [redis] }
        if requireRedis { flags[DaemonSettings.requireRedis.name] = ["true"] }
        let configuration = try options.configuration(with: flags)
        try await ExitWithMessage.onFailure {
            try await Composition(configuration).run { url in StandardStreams.output("listening on \(url)") }
        }
    }
}
