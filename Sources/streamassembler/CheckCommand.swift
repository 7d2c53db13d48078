import ArgumentParser
import Daemon
import Settings

/// `streamassembler check`: reads the configuration, connects once, and says what is wrong.
struct CheckCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "check", abstract: "Read the configuration, connect to Redis once, and say what is wrong.")

    @OptionGroup var options: DaemonOptions
    @Option(help: DaemonOptions.help(DaemonSettings.redis)) var redis: String?

    func run() async throws {
        let configuration = try options.configuration(with: redis.map { [DaemonSettings.redis.name: [$0]] } ?? [:])
        let status = await Check(configuration).run { StandardStreams.output($0) }
        if status != 0 { throw ExitCode(status) }
    }
}
