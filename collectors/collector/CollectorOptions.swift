import ArgumentParser
import CollectorAgent
import Settings

/// The options all subcommands share, as text: what they may be is the settings' business.
struct CollectorOptions: ParsableArguments {
    @Option(
        help: ArgumentHelp(
            "Redis to send to; given again, each gets every sample. (default: redis://127.0.0.1:6379)",
            valueName: "url"))
    var redis: [String] = []
    @OptionGroup(title: "Redis") var connection: ConnectionOptions
    @Option(help: ArgumentHelp("This host's name in keys and samples. (default: its own)", valueName: "name"))
    var host: String?
    @Option(
        help: ArgumentHelp(
            "Time between samples, 100ms to 1h; PROBE=TIME for one probe; may be repeated. (default: 1s)",
            valueName: "time"))
    var interval: [String] = []
    @Option(help: ArgumentHelp(CollectorConfiguration.probeHelp, valueName: "name"))
    var probe: [String] = []
    @Option(
        help: ArgumentHelp(
            "A program that prints one JSON object a line, and is a probe by that; may be repeated.",
            valueName: "name=command"))
    var exec: [String] = []
    @Option(help: ArgumentHelp("Rows per ranking of processes, or all. (default: 40)", valueName: "n"))
    var procs: String?
    @Option(help: ArgumentHelp("Rows of connections. (default: 100)", valueName: "n"))
    var conns: String?
    @Option(parsing: .unconditional, help: ArgumentHelp("Processes that always get a row.", valueName: "regex"))
    var pin: String?
    @Option(
        parsing: .unconditionalSingleValue,
        help: ArgumentHelp("Hidden in command lines besides secrets; may be repeated.", valueName: "regex"))
    var redact: [String] = []
    @Flag(help: "Send no command lines.")
    var noCmd = false
    @Option(help: ArgumentHelp("First part of each key. (default: sa)", valueName: "text"))
    var prefix: String?
    @Option(help: ArgumentHelp("Samples that each key keeps. (default: 3600)", valueName: "n"))
    var keep: String?
    @Option(help: ArgumentHelp("Redis drops a key without samples after this. (default: 2h)", valueName: "time"))
    var retention: String?
    @Option(
        help: ArgumentHelp(
            "Where samples wait on disk while Redis is away. (default: in memory)", valueName: "folder"),
        completion: .directory)
    var spool: String?
    @Option(help: ArgumentHelp("Samples that wait longer go. (default: 10m)", valueName: "time"))
    var spoolTime: String?
    @Option(help: ArgumentHelp("Past it the oldest that wait go. (default: 64MiB)", valueName: "bytes"))
    var spoolBytes: String?
    @Option(help: ArgumentHelp("A YAML or JSON file with these options.", valueName: "file"))
    var config: String?

    /// The configuration, or an exit with the reason on standard error: 64 for flags, 78 for the other sources.
    func configuration() throws -> CollectorConfiguration {
        try Self.valid(reader()())
    }

    static func valid(_ result: Result<CollectorConfiguration, SettingError>) throws -> CollectorConfiguration {
        switch result {
        case .success(let configuration): return configuration
        case .failure(let error):
            StandardStreams.error("collector: \(error)")
            throw ExitCode(error.exitStatus)
        }
    }

    /// Reads the configuration: the same flags and environment each time, the file as it is then.
    func reader(requireRedis: Bool = false) -> @Sendable () -> Result<CollectorConfiguration, SettingError> {
        var flags = [
            "host": host, "procs": procs, "conns": conns, "pin": pin, "prefix": prefix, "keep": keep,
            "retention": retention, "spool": spool, "spool-time": spoolTime, "spool-bytes": spoolBytes,
        ].compactMapValues { $0.map { [$0] } }
        flags.merge(connection.flags) { $1 }
        flags["redis"] = redis
        flags["interval"] = interval
        flags["probe"] = probe
        flags["exec"] = exec
        flags["redact"] = redact
        if noCmd { flags["no-cmd"] = ["true"] }
        if requireRedis { flags["require-redis"] = ["true"] }
        return { [flags, config] in
            Result { () throws(SettingError) in
                let reader = try SettingsReader(
                    known: CollectorSettings.known, flags: flags, environment: ProcessEnvironment.current,
                    prefix: "COLLECTOR", configurationFile: config)
                return try CollectorSettings.configuration(from: reader)
            }
        }
    }
}
