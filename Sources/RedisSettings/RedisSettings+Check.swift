package import RedisClient
package import Settings

extension RedisSettings {
    /// Refuses options that do not go together, and files that cannot be used. They are found now, not with the first
    /// connection.
    package static func check<Root>(
        _ options: RedisOptions, for endpoints: [RedisEndpoint], in settings: SettingsReader<Root>
    ) throws(SettingError) {
        try checkCompany(options, endpoints, settings)
        try checkFiles(options, endpoints, settings)
    }

    /// A setting without an effect is a mistake. For example, somebody believes that TLS is on, and it is not.
    private static func checkCompany<Root>(
        _ options: RedisOptions, _ endpoints: [RedisEndpoint], _ settings: SettingsReader<Root>
    ) throws(SettingError) {
        if options.username != nil, options.passwordFile == nil, endpoints.contains(where: { $0.password == nil }) {
            throw settings.refusal(
                of: "redis-user", allowed: "only with redis-password-file, or a password in the URL")
        }
        if !endpoints.contains(where: \.usesTLS) {
            for name in ["redis-ca", "redis-cert", "redis-key", "redis-server-name"] where settings.has(name) {
                throw settings.refusal(of: name, allowed: "only with a URL for TLS, rediss:// or rediss+sentinel://")
            }
        }
        if options.tls.certificateFile != nil, options.tls.keyFile == nil {
            throw settings.refusal(of: "redis-cert", allowed: "only together with redis-key")
        }
        if options.tls.keyFile != nil, options.tls.certificateFile == nil {
            throw settings.refusal(of: "redis-key", allowed: "only together with redis-cert")
        }
        if endpoints.contains(where: \.hasSentinels) {
            if options.sentinelUsername != nil, options.sentinelPasswordFile == nil {
                throw settings.refusal(of: "sentinel-user", allowed: "only with sentinel-password-file")
            }
        } else {
            for name in ["sentinel-user", "sentinel-password-file"] where settings.has(name) {
                throw settings.refusal(of: name, allowed: "only with a URL that names sentinels, redis+sentinel://")
            }
        }
    }

    private static func checkFiles<Root>(
        _ options: RedisOptions, _ endpoints: [RedisEndpoint], _ settings: SettingsReader<Root>
    ) throws(SettingError) {
        for (name, path) in [
            ("redis-password-file", options.passwordFile), ("sentinel-password-file", options.sentinelPasswordFile),
        ] {
            guard let path else { continue }
            do throws(RedisFileError) {
                try RedisOptions.checkPasswordFile(path)
            } catch {
                throw settings.refusal(of: name, allowed: "a file whose first line is a password; \(error)")
            }
        }
        guard endpoints.contains(where: \.usesTLS) else { return }
        do throws(RedisFileError) {
            try options.tls.checkFiles()
        } catch {
            let files = [
                ("redis-ca", options.tls.authorityFile), ("redis-cert", options.tls.certificateFile),
                ("redis-key", options.tls.keyFile),
            ]
            for (name, path) in files where path == error.path {
                throw settings.refusal(of: name, allowed: "a PEM file that can be used; \(error)")
            }
            throw settings.refusal(of: "redis-ca", allowed: "certificates to trust; \(error)")
        }
    }
}

extension RedisEndpoint {
    fileprivate var hasSentinels: Bool {
        if case .sentinels = address { true } else { false }
    }
}
