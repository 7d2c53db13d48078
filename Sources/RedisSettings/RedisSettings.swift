package import RedisClient
package import Settings

/// The settings of a connection to Redis, the same for every program that makes one.
package enum RedisSettings {
    /// What a URL may be.
    package static let allowedURL =
        "redis://[USER:PASSWORD@]HOST[:PORT][/DB], unix://[USER:PASSWORD@]/PATH[?db=DB] or "
        + "redis+sentinel://[USER:PASSWORD@]HOST[:PORT][,HOST…]/MASTER[/DB]; rediss in place of redis for TLS"
    private static let markdownURL =
        "`redis://[USER:PASSWORD@]HOST[:PORT][/DB]`, `unix://…/PATH[?db=DB]`, or through Sentinel "
        + "`redis+sentinel://[USER:PASSWORD@]HOST[:PORT][,HOST…]/MASTER[/DB]`; `rediss` in place of `redis` for TLS"

    /// All settings but the URL.
    package static let options = SettingList<RedisOptions>.of {
        Setting("redis-user", \.username, word.optional, "the user to enter Redis as, in place of the URL's")
        Setting(
            "redis-password-file", \.passwordFile, .file,
            "a file whose first line is the password, in place of the URL's; read again at each reconnect")
        Setting(
            "redis-ca", \.tls.authorityFile, .file, otherwise: "the system's authorities",
            "a PEM file with the authorities to trust with rediss://; read again at each reconnect, as the next two")
        Setting(
            "redis-cert", \.tls.certificateFile, .file,
            "a PEM file with our certificate, for a server that wants one; with --redis-key")
        Setting("redis-key", \.tls.keyFile, .file, "a PEM file with the key of --redis-cert")
        Setting(
            "redis-server-name", \.tls.serverName,
            .text(allowed: "a host name", form: SettingForm("name")) { isWord($0) && $0.utf8.count <= 253 },
            otherwise: "the URL's host", "the name that the server's certificate has to bear")
        Setting(
            "redis-timeout", \.timeout, .duration(in: .milliseconds(100) ... .seconds(300)),
            "how long connecting, and how long an answer, may take")
        Setting(
            "redis-keepalive", \.keepAlive, .duration(in: .milliseconds(100) ... .seconds(300)),
            "the silence after which Redis is asked for a sign of life, and how long that may take")
        Setting("sentinel-user", \.sentinelUsername, word.optional, "the user to enter the sentinels as")
        Setting(
            "sentinel-password-file", \.sentinelPasswordFile, .file,
            "a file whose first line is the sentinels' password")
    }

    /// The URL of one server, as it was written.
    package static let url = SettingKind<String>.refusing(
        allowed: allowedURL, range: markdownURL, form: SettingForm("url")
    ) { given in
        let text = given.last ?? ""
        return endpoint(text).map { _ in text }
    } write: {
        $0
    }

    /// The URLs of several servers, given one by one or with spaces between them. Commas separate the sentinels of one
    /// server.
    package static let urls = SettingKind<[RedisEndpoint]>.refusing(
        allowed: allowedURL + "; each once, with a space between several",
        range: markdownURL + "; with a space between several", form: SettingForm("url", isList: true)
    ) { given in
        let texts = given.flatMap { $0.split(separator: " ").map(String.init) }
        guard !texts.isEmpty, Set(texts).count == texts.count else { return .failure(SettingRefusal()) }
        var endpoints: [RedisEndpoint] = []
        for text in texts {
            switch endpoint(text) {
            case .success(let endpoint): endpoints.append(endpoint)
            case .failure(let refusal): return .failure(refusal)
            }
        }
        return .success(endpoints)
    } write: {
        $0.map(\.description).joined(separator: " ")
    }

    private static func endpoint(_ text: String) -> Result<RedisEndpoint, SettingRefusal> {
        do throws(RedisURLError) {
            return .success(try RedisEndpoint(url: text))
        } catch {
            // The text may contain a password at any place.
            let shown = text.contains("@") ? "…" : text
            return .failure(SettingRefusal(shown: shown, allowed: "\(allowedURL) (\(error))"))
        }
    }

    private static let word = SettingKind<String>.text(form: SettingForm("name"), where: isWord)

    private static func isWord(_ text: String) -> Bool {
        !text.isEmpty && text.utf8.allSatisfy { $0 > 0x20 && $0 != 0x7F }
    }
}
