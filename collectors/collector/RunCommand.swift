import ArgumentParser
import CollectorAgent
import Glibc
import Logging
import SettingFlags
import Settings

/// `collector run`: samples until SIGINT or SIGTERM.
struct RunCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "run", abstract: "Sample this host until SIGINT or SIGTERM, and send the samples to Redis.",
        discussion: "SIGHUP reads the file of --config again.")

    @OptionGroup var options: CollectorOptions
    @OptionGroup var starting: SettingFlags<StartingGroup>
    @Option(
        help: ArgumentHelp("Started as root, become this user, and keep only the rights to look.", valueName: "name"))
    var user: String?
    @Flag(help: .hidden)
    var lifelineStdin = false

    func run() async throws {
        if let user { try become(user) }
        let read = options.reader(with: starting.given)
        let configuration = try CollectorOptions.valid(read())
        signal(SIGPIPE, SIG_IGN)
        LoggingSystem.bootstrap(StreamLogHandler.standardError)
        do throws(CollectorFailure) {
            try await CollectorRun.run(
                configuration, rereading: read, hasLifeline: lifelineStdin, logger: Logger(label: "collector"))
        } catch {
            StandardStreams.error("collector: \(error)")
            throw ExitCode(error.exitStatus)
        }
    }

    /// Runs this program again as the user, without the option; returns only by throwing.
    private func become(_ user: String) throws {
        var arguments = CommandLine.arguments
        if let index = arguments.firstIndex(of: "--user"), index + 1 < arguments.count {
            arguments.removeSubrange(index...index + 1)
        } else {
            arguments.removeAll { $0.hasPrefix("--user=") }
        }
        do throws(PrivilegeError) {
            try Privileges.drop(to: user, running: "/proc/self/exe", arguments: arguments)
        } catch {
            StandardStreams.error("collector: --user: \(error)")
            throw ExitCode.validationFailure
        }
    }
}
