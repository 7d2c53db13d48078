import ArgumentParser
import Daemon
import SettingFlags
import Settings

/// The settings that a command of the daemon takes as flags.
protocol DaemonSettingGroup: SettingGroup where Root == DaemonConfiguration {}

extension DaemonSettingGroup {
    static var defaults: DaemonConfiguration { DaemonConfiguration() }
}

enum RedisGroup: DaemonSettingGroup { static let settings = DaemonSettings.redis }
enum FollowingGroup: DaemonSettingGroup { static let settings = DaemonSettings.following }
enum ServingGroup: DaemonSettingGroup { static let settings = DaemonSettings.serving }
enum StartingGroup: DaemonSettingGroup { static let settings = DaemonSettings.starting }

/// The options that `serve`, `demo` and `check` share.
struct DaemonOptions: ParsableArguments {
    @OptionGroup var file: FileOption
    @OptionGroup var serving: SettingFlags<ServingGroup>
    @OptionGroup var following: SettingFlags<FollowingGroup>

    /// The configuration from these flags, those of the subcommand, the environment and the file.
    func configuration(with others: [String: [String]] = [:]) throws -> DaemonConfiguration {
        try file.configuration(with: flags(others))
    }

    /// The same, as often as it is called.
    func reading(with others: [String: [String]]) -> DaemonConfiguration.Reread {
        file.reading(flags(others))
    }

    private func flags(_ others: [String: [String]]) -> [String: [String]] {
        serving.given.merging(following.given) { $1 }.merging(others) { $1 }
    }
}

/// The flag for the file with other settings.
struct FileOption: ParsableArguments {
    @Option(help: ArgumentHelp("A YAML or JSON file with settings.", valueName: "file"), completion: .file())
    var config: String?

    /// The configuration from flags, the environment and the file; else an exit with the reason on standard error.
    func configuration(with flags: [String: [String]]) throws -> DaemonConfiguration {
        try ExitWithMessage.onRefusal(reading(flags))
    }

    /// Reads the configuration, and the files that it names, as often as it is called.
    func reading(_ flags: [String: [String]]) -> DaemonConfiguration.Reread {
        let config = config
        return { () throws(SettingError) in
            let reader = try SettingsReader(
                DaemonSettings.all, flags: flags, environment: ProcessEnvironment.current, prefix: "STREAMASSEMBLER",
                configurationFile: config)
            return try DaemonConfiguration(reader) { path in try TextFile.read(path) }
        }
    }
}

/// How the program ends when something is wrong: one clear line on standard error, and a `sysexits(3)` status.
enum ExitWithMessage {
    static func onRefusal<Value>(_ body: () throws(SettingError) -> Value) throws -> Value {
        do throws(SettingError) {
            return try body()
        } catch {
            throw make("\(error)", status: error.exitStatus)
        }
    }

    static func onFailure(_ body: () async throws -> Void) async throws {
        do {
            try await body()
        } catch let failure as StartFailure {
            throw make("\(failure)", status: failure.exitStatus)
        }
    }

    private static func make(_ message: String, status: Int32) -> ExitCode {
        StandardStreams.error("streamassembler: \(message)")
        return ExitCode(status)
    }
}
