/// An option or a bare word after which a program takes a secret, although the name does not say so.
struct SecretOption: Sendable {
    /// Where the secret is.
    enum Place: Sendable {
        /// `-pSECRET` or `-p SECRET`.
        case attachedOrNext
        /// `-pSECRET`; what follows `-p` is something else.
        case attached
        /// `-k SECRET`; `-kSECRET` is another option.
        case next
        /// Everything after it.
        case rest
    }

    var name: StaticString
    var place: Place
    var masking: SecretMasking

    init(_ name: StaticString, _ place: Place = .attachedOrNext, _ masking: SecretMasking = .whole) {
        self.name = name
        self.place = place
        self.masking = masking
    }

    /// By program; `docker login` and the like stand for a program with that subcommand.
    static let byProgram: [String: [SecretOption]] = {
        var table: [String: [SecretOption]] = [
            "curl": [
                .init("-u"), .init("--user"), .init("-U"), .init("--proxy-user"), .init("-E"), .init("-b"),
                .init("--cert", .attachedOrNext, .afterColon), .init("--proxy-cert", .attachedOrNext, .afterColon),
            ],
            "wget": [.init("--user")], "http": [.init("-a")], "https": [.init("-a")], "lftp": [.init("-u")],
            "sshpass": [.init("-p")],
            "mysqladmin": [.init("-p"), .init("password", .next)],
            "nmcli": ["password", "wifi-sec.psk", "802-11-wireless-security.psk", "802-1x.password", "psk"]
                .map { .init($0, .next) },
            "iwconfig": ["key", "enc", "encryption"].map { .init($0, .next) }, "rabbitmqadmin": [.init("-p")],
            "gitlab-runner": [.init("-r")], "doctl": [.init("-t")], "useradd": [.init("-p")], "usermod": [.init("-p")],
            "mosquitto_passwd": [],
            "sqlcmd": [.init("-P")], "bcp": [.init("-P")], "7z": [.init("-p", .attached)],
            "7za": [.init("-p", .attached)], "rar": [.init("-p", .attached), .init("-hp", .attached)],
            "unrar": [.init("-p", .attached)], "zip": [.init("-P")], "unzip": [.init("-P")],
            "ipmitool": [.init("-P"), .init("-k", .next)], "twine": [.init("-p")], "rdesktop": [.init("-p")],
            "ssh": [], "scp": [], "psql": [], "htpasswd": [], "wpa_passphrase": [], "rabbitmqctl": [],
            "nomad": [.init("-encrypt")],
            "kubectl": [.init("--from-literal", .attachedOrNext, .afterEquals)],
            "openssl": ["-passin", "-passout", "-pass"].map { .init($0, .next, .source) }
                + [.init("-k", .next), .init("-K", .next), .init("-hmac", .next)],
        ]
        table["cqlsh"] = [.init("-p")]
        table["ldappasswd"] = [.init("-w"), .init("-s"), .init("-a")]
        for program in ["ncftp", "ncftpget", "ncftpput", "ncftpls"] { table[program] = [.init("-p")] }
        for program in ["isql", "fisql", "tsql", "sqsh"] { table[program] = [.init("-P")] }
        for program in ["smbclient", "rpcclient", "smbget", "smbmap"] {
            table[program] = [.init("-U", .attachedOrNext, .afterPercent), .init("--user", .next, .afterPercent)]
        }
        for program in bySubcommand.keys where table[program] == nil { table[program] = [] }
        for program in subcommands { table[program + " login"] = [.init("-p")] }
        return table
    }()

    /// What a program is told to do with secrets: the words that say so, and how many words further the first one stands;
    /// all behind it may be secrets too.
    static let bySubcommand: [String: [SecretWords]] = {
        var table: [String: [SecretWords]] = [:]
        func add(_ line: String, _ offset: Int, _ masking: SecretMasking = .whole) {
            let words = line.split(separator: " ").map(String.init)
            table[words[0], default: []].append(
                SecretWords(words: Array(words.dropFirst()), offset: offset, masking: masking))
        }
        for vault in ["vault", "bao"] {
            for command in [
                "login", "operator unseal", "unseal", "unwrap", "token lookup", "token renew", "token revoke",
            ] {
                add("\(vault) \(command)", 1)
            }
            for command in ["write", "kv put", "kv patch"] { add("\(vault) \(command)", 1, .afterEquals) }
        }
        add("aws configure set", 2)
        for client in ["mc", "mcli"] {
            add("\(client) alias set", 3)
            add("\(client) config host add", 3)
        }
        for line in [
            "openssl passwd", "mkpasswd", "rclone obscure", "ngrok authtoken", "ngrok config add-authtoken",
            "bw unlock",
            "grafana-cli admin reset-admin-password", "grafana cli admin reset-admin-password",
        ] { add(line, 1) }
        add("bw login", 2)
        add("pulumi config set", 1)
        for line in ["radtest", "gh secret set"] { add(line, 2) }
        for line in ["fly secrets set", "flyctl secrets set", "heroku config:set", "npm config set"] {
            add(line, 1, .afterEquals)
        }
        return table
    }()

    /// Programs whose subcommand `login` takes a password. Elsewhere their `-p` is a port.
    static let subcommands: Set<String> = [
        "docker", "podman", "nerdctl", "helm", "az", "cf", "oc", "buildah", "skopeo",
    ]
}

/// Words after a program's name that secrets follow.
struct SecretWords: Sendable {
    var words: [String]
    /// How many words after the last of them the first secret comes.
    var offset: Int
    var masking: SecretMasking
}
