import ArgumentParser
import CollectorAgent
import SettingFlags
import Settings

/// The settings that a command of the collector takes as flags.
protocol CollectorSettingGroup: SettingGroup where Root == CollectorConfiguration {}

extension CollectorSettingGroup {
    static var defaults: CollectorConfiguration { CollectorConfiguration() }
}

enum CollectorGroup: CollectorSettingGroup { static let settings = CollectorSettings.own }
enum ConnectionGroup: CollectorSettingGroup { static let settings = CollectorSettings.connection }
enum StartingGroup: CollectorSettingGroup { static let settings = CollectorSettings.starting }

/// The options that all subcommands share.
struct CollectorOptions: ParsableArguments {
    @OptionGroup var settings: SettingFlags<CollectorGroup>
    @OptionGroup(title: "Redis") var connection: SettingFlags<ConnectionGroup>
    @Option(help: ArgumentHelp("A YAML or JSON file with these options.", valueName: "file"), completion: .file())
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

    /// Reads the configuration. The flags and the environment are the same each time, and the file is read again.
    ///
    /// - Parameter others: the subcommand's own flags.
    func reader(with others: [String: [String]] = [:]) -> @Sendable () -> Result<CollectorConfiguration, SettingError> {
        let flags = settings.given.merging(connection.given) { $1 }.merging(others) { $1 }
        return { [config] in
            Result { () throws(SettingError) in
                let reader = try SettingsReader(
                    CollectorSettings.all, flags: flags, environment: ProcessEnvironment.current,
                    prefix: "COLLECTOR", configurationFile: config)
                return try CollectorSettings.configuration(from: reader)
            }
        }
    }
}

/// `collector settings`: the table of the README.
struct SettingsCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "settings", abstract: "Print the table of settings, in Markdown.", shouldDisplay: false)

    func run() { StandardStreams.output(CollectorSettings.table) }
}
