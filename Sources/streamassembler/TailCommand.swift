import ArgumentParser
import Daemon
import SettingFlags
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
    @OptionGroup var file: FileOption
    @OptionGroup var following: SettingFlags<FollowingGroup>
    @OptionGroup var starting: SettingFlags<StartingGroup>
    @OptionGroup(title: "Redis") var redis: SettingFlags<RedisGroup>

    func run() async throws {
        var flags = redis.given.merging(following.given) { $1 }.merging(starting.given) { $1 }
        // `--host` is a pattern here, not where to listen.
        flags["host"] = ["127.0.0.1"]
        let configuration = try file.configuration(with: flags)
        let options = try ExitWithMessage.onRefusal { () throws(SettingError) in
            try Tail.Options(
                hosts: host, probes: probe, depth: depth, count: count, isJSON: json,
                environment: ProcessEnvironment.current)
        }
        try await ExitWithMessage.onFailure { try await Tail(configuration, options).run() }
    }
}
