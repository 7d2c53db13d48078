package import RedisClient
package import Settings

extension RedisSettings {
    /// What was set, and goes together: a file that cannot be used is found now, not with the first connection.
    ///
    /// - Parameter url: the program's own setting of the URL.
    package static func read(
        _ settings: SettingsReader, url: Setting<String>
    ) throws(SettingError) -> (endpoint: RedisEndpoint, options: RedisOptions) {
        let endpoint = try endpoint(try settings.value(of: url), settings, url)
        return (endpoint, try options(settings, [endpoint]))
    }

    /// As ``read(_:url:)``, for a program that has several servers, entered alike.
    package static func read(
        _ settings: SettingsReader, urls: Setting<[String]>
    ) throws(SettingError) -> (endpoints: [RedisEndpoint], options: RedisOptions) {
        var endpoints: [RedisEndpoint] = []
        for text in try settings.value(of: urls) { endpoints.append(try endpoint(text, settings, urls)) }
        return (endpoints, try options(settings, endpoints))
    }

    private static func options(
        _ settings: SettingsReader, _ endpoints: [RedisEndpoint]
    ) throws(SettingError) -> RedisOptions {
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
        try checkCompany(settings, endpoints, options)
        try checkFiles(settings, endpoints, options)
        return options
    }

    private static func endpoint<Value>(
        _ text: String, _ settings: SettingsReader, _ url: Setting<Value>
    ) throws(SettingError) -> RedisEndpoint {
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
        _ settings: SettingsReader, _ endpoints: [RedisEndpoint], _ options: RedisOptions
    ) throws(SettingError) {
        if options.username != nil, options.passwordFile == nil, endpoints.contains(where: { $0.password == nil }) {
            throw refusal(user, settings, allowed: "only with redis-password-file, or a password in the URL")
        }
        if !endpoints.contains(where: \.usesTLS) {
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
        if endpoints.contains(where: \.hasSentinels) {
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
        _ settings: SettingsReader, _ endpoints: [RedisEndpoint], _ options: RedisOptions
    ) throws(SettingError) {
        for setting in [passwordFile, sentinelPasswordFile] {
            guard let path = try settings.value(of: setting) else { continue }
            do throws(RedisFileError) {
                try RedisOptions.checkPasswordFile(path)
            } catch {
                throw refusal(setting, settings, allowed: "a file whose first line is a password; \(error)")
            }
        }
        guard endpoints.contains(where: \.usesTLS) else { return }
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

extension RedisEndpoint {
    fileprivate var hasSentinels: Bool {
        if case .sentinels = address { true } else { false }
    }
}
