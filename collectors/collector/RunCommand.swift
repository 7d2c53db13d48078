import ArgumentParser
import CollectorAgent
import Glibc
import Logging
import Settings

/// `collector run`: samples until SIGINT or SIGTERM.
struct RunCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "run", abstract: "Sample this host until SIGINT or SIGTERM, and send the samples to Redis.",
        discussion: "SIGHUP reads the file of --config again.")

    @OptionGroup var options: CollectorOptions
    @Flag(help: "End with status 69 when Redis cannot be reached at the start.")
    var requireRedis = false
    @Flag(help: .hidden)
    var lifelineStdin = false

    func run() async throws {
        let read = options.reader(requireRedis: requireRedis)
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
}
