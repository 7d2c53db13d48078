import ArgumentParser
import Daemon
import SettingFlags
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
        subcommands: [ServeCommand.self, DemoCommand.self, TailCommand.self, CheckCommand.self, SettingsCommand.self])

    static func main() async {
        ProcMount.demand(by: "streamassembler")
        await main(nil)
    }
}

/// `streamassembler serve`: the daemon.
struct ServeCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "serve", abstract: "Run the daemon.",
        discussion: """
            SIGHUP reads the file of --config, the token and the certificate again, and says what needs a restart. \
            SIGTERM ends the daemon, after --drain.
            """)

    @OptionGroup var options: DaemonOptions
    @OptionGroup var starting: SettingFlags<StartingGroup>
    @OptionGroup(title: "Redis") var redis: SettingFlags<RedisGroup>

    func run() async throws {
        let others = redis.given.merging(starting.given) { $1 }
        let configuration = try options.configuration(with: others)
        try await ExitWithMessage.onFailure {
            try await Composition(configuration, reread: options.reading(with: others)).run { url in
                StandardStreams.output("listening on \(url)")
            }
        }
    }
}

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

/// `streamassembler check`: reads the configuration, connects once, and says what is wrong.
struct CheckCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "check", abstract: "Read the configuration, connect to Redis once, and say what is wrong.")

    @OptionGroup var options: DaemonOptions
    @OptionGroup(title: "Redis") var redis: SettingFlags<RedisGroup>

    func run() async throws {
        let configuration = try options.configuration(with: redis.given)
        let status = await Check(configuration).run { StandardStreams.output($0) }
        if status != 0 { throw ExitCode(status) }
    }
}

/// `streamassembler settings`: the table of the README.
struct SettingsCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "settings", abstract: "Print the table of settings, in Markdown.", shouldDisplay: false)

    func run() { StandardStreams.output(DaemonSettings.table) }
}
