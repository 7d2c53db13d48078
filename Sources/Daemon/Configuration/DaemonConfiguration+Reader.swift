import RedisClient
import RedisSettings
package import Settings

extension DaemonConfiguration {
    /// Reads the daemon's configuration, and the files that it names.
    ///
    /// - Parameters:
    ///   - settings: the sources.
    ///   - readFile: gives the text of a file; throws if it cannot be read.
    package init(
        _ settings: SettingsReader<DaemonConfiguration>, readFile: (String) throws -> String
    ) throws(SettingError) {
        self.init()
        try settings.read(into: &self)
        // The URL was checked when it was read.
        let endpoints = (try? RedisEndpoint(url: redisURL)).map { [$0] } ?? []
        try RedisSettings.check(redisOptions, for: endpoints, in: settings)
        if let tokenFile { token = try Self.token(in: tokenFile, settings, readFile) }
        guard token != nil || Self.isLoopback(host) else {
            throw settings.refusal(
                of: "host",
                allowed: "a loopback address (127.0.0.0/8, ::1, localhost), or any address together with --token-file")
        }
    }

    /// The first line of the token file: 16 to 512 visible ASCII characters, so that it cannot be guessed or mistyped.
    private static func token(
        in path: String, _ settings: SettingsReader<DaemonConfiguration>, _ readFile: (String) throws -> String
    ) throws(SettingError) -> String {
        let text: String
        do {
            text = try readFile(path)
        } catch {
            throw settings.refusal(of: "token-file", allowed: "a file that can be read")
        }
        let token = text.split(whereSeparator: \.isNewline).first.map(String.init) ?? ""
        guard (16...512).contains(token.utf8.count), token.utf8.allSatisfy({ (0x21...0x7e).contains($0) }) else {
            throw settings.refusal(
                of: "token-file", allowed: "a file whose first line is a token of 16 to 512 visible ASCII characters")
        }
        return token
    }
}
