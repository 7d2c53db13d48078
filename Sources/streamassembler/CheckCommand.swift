import ArgumentParser
import Daemon
import Settings

/// `streamassembler check`: reads the configuration, connects once, and says what is wrong.
struct CheckCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "check", abstract: "Read the configuration, connect to Redis once, and say what is wrong.")

    @OptionGroup var options: DaemonOptions
    @OptionGroup(title: "Redis") var redis: RedisFlags

    func run() async throws {
        let configuration = try options.configuration(with: redis.flags)
        let status = await Check(configuration).run { StandardStreams.output($0) }
        if status != 0 { throw ExitCode(status) }
    }
}
