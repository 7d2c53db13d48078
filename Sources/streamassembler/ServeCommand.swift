import ArgumentParser
import Daemon
import Settings

/// `streamassembler serve`: the daemon.
struct ServeCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(commandName: "serve", abstract: "Run the daemon.")

    @OptionGroup var options: DaemonOptions
    @OptionGroup(title: "Redis") var redis: RedisFlags
    @Flag(help: ArgumentHelp(stringLiteral: DaemonSettings.requireRedis.help)) var requireRedis = false

    func run() async throws {
        var flags = redis.flags
        if requireRedis { flags[DaemonSettings.requireRedis.name] = ["true"] }
        let configuration = try options.configuration(with: flags)
        try await ExitWithMessage.onFailure {
            try await Composition(configuration).run { url in StandardStreams.output("listening on \(url)") }
        }
    }
}
