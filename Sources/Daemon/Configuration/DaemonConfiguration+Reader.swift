import RedisSettings
package import Settings

extension DaemonConfiguration {
    /// Reads the daemon's configuration.
    ///
    /// - Parameters:
    ///   - settings: the sources.
    ///   - readFile: gives the text of a file; throws if it cannot be read.
    package init(
        _ settings: SettingsReader, readFile: (String) throws -> String
    ) throws(SettingError) {
        self.init()
        redisURL = try settings.value(of: DaemonSettings.redis)
        redisOptions = try RedisSettings.read(settings, url: DaemonSettings.redis).options
        prefix = try settings.value(of: DaemonSettings.prefix)
        host = try settings.value(of: DaemonSettings.host)
        port = try settings.value(of: DaemonSettings.port)
        webRoot = try settings.value(of: DaemonSettings.web)
        allowedOrigins = try settings.value(of: DaemonSettings.allowedOrigin)
        trustedProxies = try settings.value(of: DaemonSettings.trustedProxy)
        pingInterval = try settings.value(of: DaemonSettings.pingInterval)
        window.samples = try settings.value(of: DaemonSettings.windowSamples)
        window.bytes = try settings.value(of: DaemonSettings.windowBytes)
        window.age = try settings.value(of: DaemonSettings.windowAge)
        window.perKey = try settings.value(of: DaemonSettings.windowPerKey)
        maxSkew = try settings.value(of: DaemonSettings.maxSkew)
        flush = .milliseconds(try settings.value(of: DaemonSettings.flush))
        follow = try settings.value(of: DaemonSettings.follow)
        poll = .milliseconds(try settings.value(of: DaemonSettings.poll))
        maxClients = try settings.value(of: DaemonSettings.maxClients)
        connectionsPerAddress = try settings.value(of: DaemonSettings.connectionsPerAddress)
        requireRedis = try settings.value(of: DaemonSettings.requireRedis)
        logLevel = try settings.value(of: DaemonSettings.logLevel)
        logFormat = try settings.value(of: DaemonSettings.logFormat)

        if let path = try settings.value(of: DaemonSettings.tokenFile) {
            token = try Self.token(in: path, settings: settings, readFile: readFile)
        }
        guard token != nil || Self.isLoopback(host) else {
            throw settings.refusal(
                of: DaemonSettings.host,
                allowed: "a loopback address (127.0.0.0/8, ::1, localhost), or any address together with --token-file")
        }
    }

    /// The first line of the token file: 16 to 512 visible ASCII characters, so that it cannot be guessed or mistyped.
    private static func token(
        in path: String, settings: SettingsReader, readFile: (String) throws -> String
    ) throws(SettingError) -> String {
        let text: String
        do {
            text = try readFile(path)
        } catch {
            throw settings.refusal(of: DaemonSettings.tokenFile, allowed: "a file that can be read")
        }
        let token = text.split(whereSeparator: \.isNewline).first.map(String.init) ?? ""
        guard (16...512).contains(token.utf8.count), token.utf8.allSatisfy({ (0x21...0x7e).contains($0) }) else {
            throw settings.refusal(
                of: DaemonSettings.tokenFile,
                allowed: "a file whose first line is a token of 16 to 512 visible ASCII characters")
        }
        return token
    }
}

extension SettingsReader {
    /// The error for a value that parsed, but cannot be used.
    fileprivate func refusal<Value>(of setting: Setting<Value>, allowed: String) -> SettingError {
        .notAllowed(
            name: setting.name, value: text(of: setting), origin: origin(of: setting) ?? .flag("--\(setting.name)"),
            allowed: allowed)
    }
}
