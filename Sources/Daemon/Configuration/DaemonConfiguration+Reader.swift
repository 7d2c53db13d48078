import RedisClient
import RedisSettings
package import Settings

extension DaemonConfiguration {
    /// Gives the configuration from its sources, as often as it is called.
    package typealias Reread = @Sendable () throws(SettingError) -> DaemonConfiguration

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
        if endpoints.contains(where: { $0.password != nil }) { passwordFileOfURL = settings.file(of: "redis") }
        // Whoever may write there chooses the secret. Others who may only read are warned of: mounted secrets often are
        // readable by all.
        for secret in secretFiles where SecretFile.exposure(of: secret.path) == .writable {
            throw settings.refusal(
                of: secret.setting, shown: secret.path,
                allowed: "a file that others cannot change; every user of this host can: \(SecretFile.remedy)")
        }
        try checkTLS(settings)
        guard token != nil || Self.isLoopback(host) else {
            throw settings.refusal(
                of: "host",
                allowed: "a loopback address (127.0.0.0/8, ::1, localhost), or any address together with --token-file")
        }
    }

    /// Whether the settings of TLS go together. The files themselves are read at the start.
    private func checkTLS(_ settings: SettingsReader<DaemonConfiguration>) throws(SettingError) {
        if tlsKey == nil, tlsCertificate != nil {
            throw settings.refusal(of: "tls-cert", allowed: "a file together with --tls-key")
        }
        for (name, given) in [("tls-key", tlsKey), ("tls-client-ca", tlsClientAuthority)]
        where given != nil && tlsCertificate == nil {
            throw settings.refusal(of: name, allowed: "a file together with --tls-cert")
        }
        if let metrics = metricsAddress, !Self.isLoopback(metrics.host) {
            guard token != nil, tlsCertificate != nil || insecureHTTP else {
                throw settings.refusal(
                    of: "metrics-listen",
                    allowed:
                        "a loopback address and a port; or any, together with --token-file and with --tls-cert and "
                        + "--tls-key, or --insecure-http on a network of our own")
            }
        }
        guard tlsCertificate != nil || insecureHTTP || Self.isLoopback(host) else {
            throw settings.refusal(
                of: "host",
                allowed:
                    "a loopback address (127.0.0.0/8, ::1, localhost); or any address, together with --tls-cert and "
                    + "--tls-key to encrypt here, or with --insecure-http behind a proxy that encrypts")
        }
    }

    /// Files with secrets that were named, each with the setting that names it.
    private var secretFiles: [SecretFileName] {
        let files = [
            ("redis", passwordFileOfURL),
            ("token-file", tokenFile), ("redis-password-file", redisOptions.passwordFile),
            ("sentinel-password-file", redisOptions.sentinelPasswordFile), ("redis-key", redisOptions.tls.keyFile),
            ("tls-key", tlsKey),
        ]
        return files.compactMap { name, path in path.map { SecretFileName(name, $0) } }
    }

    /// What is wrong with the files that hold secrets, a sentence each; nothing where all is well.
    var exposedSecrets: [(secret: SecretFileName, problem: String)] {
        secretFiles.compactMap { secret in
            SecretFile.exposure(of: secret.path).map { (secret, "\($0.description); \(SecretFile.remedy)") }
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
