import Settings

/// What of a configuration that was read again takes effect while the daemon runs, and what has to wait for a restart.
struct ReloadPlan {
    /// The configuration from now on.
    let next: DaemonConfiguration
    /// Settings that change now. The names say it all: values may be secrets.
    let changed: [String]
    /// Settings that have another value now, and would change by a restart.
    let needRestart: [String]

    /// Settings that may change while the daemon runs. What is in the files of `tls-cert`, `tls-key`, `tls-client-ca` and
    /// `token-file` may change, too.
    static let changeable: Set = ["log-level", "max-clients", "connections-per-address", "drain"]

    init(from running: DaemonConfiguration, to wanted: DaemonConfiguration) {
        var next = wanted
        var (changed, needRestart): ([String], [String]) = ([], [])
        for setting in DaemonSettings.all {
            if Self.changeable.contains(setting.name) {
                if setting.text(of: wanted) != setting.text(of: running) { changed.append(setting.name) }
            } else if setting.keep(from: running, in: &next) {
                needRestart.append(setting.name)
            }
        }
        // These do not keep the text that they were read from.
        if wanted.trustedProxies != running.trustedProxies { needRestart.append("trusted-proxy") }
        next.trustedProxies = running.trustedProxies
        // Another secret in the same file. Where a token comes or goes, the file's name has changed.
        if next.tokenFile == wanted.tokenFile, wanted.token != running.token {
            changed.append("token-file")
        } else {
            next.token = running.token
        }
        next.passwordFileOfURL = running.passwordFileOfURL
        self.next = next
        self.changed = changed
        self.needRestart = needRestart
    }
}
