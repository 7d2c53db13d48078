import ArgumentParser
import Daemon
import Settings

/// `streamassembler demo`: a private Redis, this host's collector and the daemon.
struct DemoCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "demo",
        abstract: "Show this machine live: a private redis-server, this host's collector and the daemon.")

    @OptionGroup var options: DaemonOptions

    func run() async throws {
        let configuration = try options.configuration()
        try await ExitWithMessage.onFailure {
            try await Demo(configuration).run { StandardStreams.output($0) }
        }
    }
}
