package import RedisClient
package import Settings

extension RedisSettings {
    /// What was set, and goes together: a file that cannot be used is found now, not with the first connection.
    ///
    /// - Parameter url: the program's own setting of the URL.
    package static func read(
        _ settings: SettingsReader, url: Setting<String>
    ) throws(SettingError) -> (endpoint: RedisEndpoint, options: RedisOptions) {
        let endpoint = try endpoint(settings, url)
        var options = RedisOptions()
        options.username = try settings.value(of: user)
        options.passwordFile = try settings.value(of: passwordFile)
        options.tls = RedisTLS(
            authorityFile: try settings.value(of: authority), certificateFile: try settings.value(of: certificate),
            keyFile: try settings.value(of: key), serverName: try settings.value(of: serverName))
        options.timeout = try settings.value(of: timeout)
        options.keepAlive = try settings.value(of: keepAlive)
        options.sentinelUsername = try settings.value(of: sentinelUser)
        options.sentinelPasswordFile = try settings.value(of: sentinelPasswordFile)
        try checkCompany(settings, endpoint, options)
        try checkFiles(settings, endpoint, options)
        return (endpoint, options)
    }

    private static func endpoint(
        _ settings: SettingsReader, _ url: Setting<String>
    ) throws(SettingError) -> RedisEndpoint {
        let text = try settings.value(of: url)
        do throws(RedisURLError) {
            return try RedisEndpoint(url: text)
        } catch {
            // The text may hold a password, wherever it stands.
            throw .notAllowed(
                name: url.name, value: text.contains("@") ? "…" : text,
                origin: settings.origin(of: url) ?? .flag("--\(url.name)"), allowed: "\(allowedURL) (\(error))")
        }
    }

    /// A setting that would have no effect is a mistake: TLS that is believed to be on, and is not.
    private static func checkCompany(
        _ settings: SettingsReader, _ endpoint: RedisEndpoint, _ options: RedisOptions
    ) throws(SettingError) {
        if options.username != nil, options.passwordFile == nil, endpoint.password == nil {
            throw refusal(user, settings, allowed: "only with redis-password-file, or a password in the URL")
        }
        if !endpoint.usesTLS {
            for setting in [authority, certificate, key, serverName] where settings.origin(of: setting) != nil {
                throw refusal(setting, settings, allowed: "only with a URL for TLS, rediss:// or rediss+sentinel://")
            }
        }
        if options.tls.certificateFile != nil, options.tls.keyFile == nil {
            throw refusal(certificate, settings, allowed: "only together with redis-key")
        }
        if options.tls.keyFile != nil, options.tls.certificateFile == nil {
            throw refusal(key, settings, allowed: "only together with redis-cert")
        }
        if case .sentinels = endpoint.address {
            if options.sentinelUsername != nil, options.sentinelPasswordFile == nil {
                throw refusal(sentinelUser, settings, allowed: "only with sentinel-password-file")
            }
        } else {
            for setting in [sentinelUser, sentinelPasswordFile] where settings.origin(of: setting) != nil {
                throw refusal(setting, settings, allowed: "only with a URL that names sentinels, redis+sentinel://")
            }
        }
    }

    private static func checkFiles(
        _ settings: SettingsReader, _ endpoint: RedisEndpoint, _ options: RedisOptions
    ) throws(SettingError) {
        for setting in [passwordFile, sentinelPasswordFile] {
            guard let path = try settings.value(of: setting) else { continue }
            do throws(RedisFileError) {
                try RedisOptions.checkPasswordFile(path)
            } catch {
                throw refusal(setting, settings, allowed: "a file whose first line is a password; \(error)")
            }
        }
        guard endpoint.usesTLS else { return }
        do throws(RedisFileError) {
            try options.tls.checkFiles()
        } catch {
            for setting in [authority, certificate, key] where try settings.value(of: setting) == error.path {
                throw refusal(setting, settings, allowed: "a PEM file that can be used; \(error)")
            }
            throw refusal(authority, settings, allowed: "certificates to trust; \(error)")
        }
    }

    private static func refusal(
        _ setting: Setting<String?>, _ settings: SettingsReader, allowed: String
    ) -> SettingError {
        .notAllowed(
            name: setting.name, value: settings.text(of: setting),
            origin: settings.origin(of: setting) ?? .flag("--\(setting.name)"), allowed: allowed)
    }
}
