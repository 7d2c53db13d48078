import ArgumentParser
import Daemon
import Settings

/// `streamassembler tail`: the live stream in a terminal.
struct TailCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "tail", abstract: "Show samples as they come, one a line, read from Redis directly.",
        discussion: "Ends with status 0 on Ctrl-C, after --count samples, or when nobody reads its output any more.")

    @Option(help: "Hosts to show, by pattern ('*' is any text, '?' one character); may be repeated.") var host:
        [String] = []
    @Option(help: "Probes to show, by pattern; may be repeated.") var probe: [String] = []
    @Flag(help: "Write each sample as Redis holds it, one a line.") var json = false
    @Option(help: "Past samples of each key to show first (a whole number, 0 to 10000).") var depth: String?
    @Option(help: "Samples after which to end (a whole number, 1 to 9007199254740991).") var count: String?
    @Option(help: "A YAML or JSON file with settings.", completion: .file()) var config: String?
    @OptionGroup(title: "Redis") var redis: RedisFlags
    @Option(help: DaemonOptions.help(DaemonSettings.prefix)) var prefix: String?
    @Option(help: DaemonOptions.help(DaemonSettings.follow)) var follow: String?
    @Option(help: DaemonOptions.help(DaemonSettings.poll)) var pollMs: String?
    @Flag(help: ArgumentHelp(stringLiteral: DaemonSettings.requireRedis.help)) var requireRedis = false
    @Option(help: DaemonOptions.help(DaemonSettings.logLevel)) var logLevel: String?
    @Option(help: DaemonOptions.help(DaemonSettings.logFormat)) var logFormat: String?

    func run() async throws {
        // `--host` is a pattern here, not where to listen.
        var flags = redis.flags
        flags[DaemonSettings.host.name] = ["127.0.0.1"]
        for (name, value) in [
            (DaemonSettings.prefix.name, prefix), (DaemonSettings.follow.name, follow),
            (DaemonSettings.poll.name, pollMs),
            (DaemonSettings.logLevel.name, logLevel), (DaemonSettings.logFormat.name, logFormat),
        ] {
            if let value { flags[name] = [value] }
        }
        if requireRedis { flags[DaemonSettings.requireRedis.name] = ["true"] }
        let configuration = try DaemonOptions.configuration(flags: flags, file: config)
        let options: Tail.Options
        do throws(SettingError) {
            options = try Tail.Options(
                hosts: host, probes: probe, depth: depth, count: count, isJSON: json,
                environment: ProcessEnvironment.current)
        } catch {
            throw ExitWithMessage.make("\(error)", status: error.exitStatus)
        }
        try await ExitWithMessage.onFailure { try await Tail(configuration, options).run() }
    }
}
