import ArgumentParser
import Daemon
import Glibc
import Settings

/// The options that `serve`, `demo` and `check` share; every one is a setting of ``DaemonSettings``.
struct DaemonOptions: ParsableArguments {
    @Option(help: "A YAML or JSON file with settings.", completion: .file()) var config: String?
    @Option(help: Self.help(DaemonSettings.prefix)) var prefix: String?
    @Option(help: Self.help(DaemonSettings.host)) var host: String?
    @Option(help: Self.help(DaemonSettings.port)) var port: String?
    @Option(help: Self.help(DaemonSettings.web), completion: .directory) var web: String?
    @Option(help: Self.help(DaemonSettings.tokenFile), completion: .file()) var tokenFile: String?
    @Option(help: Self.help(DaemonSettings.allowedOrigin)) var allowedOrigin: [String] = []
    @Option(help: Self.help(DaemonSettings.trustedProxy)) var trustedProxy: [String] = []
    @Option(help: Self.help(DaemonSettings.pingInterval)) var pingInterval: String?
    @Option(help: Self.help(DaemonSettings.windowSamples)) var windowSamples: String?
    @Option(help: Self.help(DaemonSettings.windowBytes)) var windowBytes: String?
    @Option(help: Self.help(DaemonSettings.windowAge)) var windowAge: String?
    @Option(help: Self.help(DaemonSettings.windowPerKey)) var windowPerKey: String?
    @Option(help: Self.help(DaemonSettings.maxSkew)) var maxSkew: String?
    @Option(help: Self.help(DaemonSettings.flush)) var flushMs: String?
    @Option(help: Self.help(DaemonSettings.follow)) var follow: String?
    @Option(help: Self.help(DaemonSettings.poll)) var pollMs: String?
    @Option(help: Self.help(DaemonSettings.maxClients)) var maxClients: String?
    @Option(help: Self.help(DaemonSettings.connectionsPerAddress)) var connectionsPerAddress: String?
    @Option(help: Self.help(DaemonSettings.logLevel)) var logLevel: String?
    @Option(help: Self.help(DaemonSettings.logFormat)) var logFormat: String?

    /// The configuration from these flags, those of the subcommand, the environment and the file.
    func configuration(with flags: [String: [String]] = [:]) throws -> DaemonConfiguration {
        try Self.configuration(flags: self.flags.merging(flags) { $1 }, file: config)
    }

    /// The same from these flags alone.
    static func configuration(flags: [String: [String]], file: String?) throws -> DaemonConfiguration {
        do throws(SettingError) {
            let reader = try SettingsReader(
                known: DaemonSettings.all, flags: flags,
                environment: ProcessEnvironment.current, prefix: "STREAMASSEMBLER", configurationFile: file)
            return try DaemonConfiguration(reader) { path in try TextFile.read(path) }
        } catch {
            throw ExitWithMessage.make("\(error)", status: error.exitStatus)
        }
    }

    private var flags: [String: [String]] {
        func list(_ value: String?) -> [String] { value.map { [$0] } ?? [] }
        return [
            DaemonSettings.prefix.name: list(prefix), DaemonSettings.host.name: list(host),
            DaemonSettings.port.name: list(port), DaemonSettings.web.name: list(web),
            DaemonSettings.tokenFile.name: list(tokenFile), DaemonSettings.allowedOrigin.name: allowedOrigin,
            DaemonSettings.trustedProxy.name: trustedProxy, DaemonSettings.pingInterval.name: list(pingInterval),
            DaemonSettings.windowSamples.name: list(windowSamples), DaemonSettings.windowBytes.name: list(windowBytes),
            DaemonSettings.windowAge.name: list(windowAge), DaemonSettings.windowPerKey.name: list(windowPerKey),
            DaemonSettings.maxSkew.name: list(maxSkew), DaemonSettings.flush.name: list(flushMs),
            DaemonSettings.poll.name: list(pollMs), DaemonSettings.follow.name: list(follow),
            DaemonSettings.maxClients.name: list(maxClients),
            DaemonSettings.connectionsPerAddress.name: list(connectionsPerAddress),
            DaemonSettings.logLevel.name: list(logLevel), DaemonSettings.logFormat.name: list(logFormat),
        ]
    }

    static func help<Value>(_ setting: Setting<Value>) -> ArgumentHelp {
        ArgumentHelp(stringLiteral: "\(setting.help) (\(setting.allowed))")
    }
}
