/// An option, or a bare word, behind which one program takes a secret although its name does not say so.
struct SecretOption: Sendable {
    /// Where the secret stands.
    enum Place: Sendable {
        /// `-pSECRET` or `-p SECRET`.
        case attachedOrNext
        /// `-pSECRET`; what follows `-p` is something else.
        case attached
        /// `-k SECRET`; `-kSECRET` is another option.
        case next
        /// Everything behind it.
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
            "curl": [.init("-u"), .init("--user"), .init("-U"), .init("--proxy-user"), .init("-E"), .init("-b")],
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
            "ipmitool": [.init("-P")], "twine": [.init("-p")], "rdesktop": [.init("-p")],
            "ssh": [], "scp": [], "psql": [], "htpasswd": [], "wpa_passphrase": [], "rabbitmqctl": [], "sqlplus": [],
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
        for line in ["radtest", "gh secret set", "pulumi config set"] { add(line, 2) }
        for line in ["fly secrets set", "flyctl secrets set", "heroku config:set", "npm config set"] {
            add(line, 1, .afterEquals)
        }
        return table
    }()

    /// Programs whose subcommand `login` takes a password, while `-p` elsewhere is a port.
    static let subcommands: Set<String> = [
        "docker", "podman", "nerdctl", "helm", "az", "cf", "oc", "buildah", "skopeo",
    ]
}

/// Words behind a program's name after which secrets stand.
struct SecretWords: Sendable {
    var words: [String]
    /// How many words behind the last of them the first secret stands.
    var offset: Int
    var masking: SecretMasking
}

/// What of a value is hidden.
enum SecretMasking: Sendable, Equatable {
    case whole
    /// `user%SECRET`, as Samba's programs take it.
    case afterPercent
    /// `user/SECRET@database`, as Oracle's programs take it.
    case afterSlash
    /// Behind an option that may as well be a port.
    case unlessNumber
    /// `user:SECRET`, `user%SECRET`; numbers are a user and a group.
    case afterColon
    /// `name=SECRET`.
    case afterEquals
    /// Of a key or a cookie, which may as well be the path of a file that holds it.
    case unlessPath
    /// `pass:SECRET`, `file:PATH`, `env:NAME`, as OpenSSL takes it.
    case source

    func masked(_ value: some BidirectionalCollection<UInt8>) -> [UInt8] {
        let value = Array(value)
        switch self {
        case .whole:
            return CommandRedaction.mask
        case .afterPercent:
            return Self.keeping(UInt8(ascii: "%"), of: value)
        case .afterSlash:
            return Self.keeping(UInt8(ascii: "/"), of: value)
        case .afterColon:
            guard let colon = value.firstIndex(of: UInt8(ascii: ":")) else {
                return Self.keeping(UInt8(ascii: "%"), of: value)
            }
            let isGroup = value[(colon + 1)...].allSatisfy(SecretShape.isDigit)
            return isGroup ? value : value[...colon] + CommandRedaction.mask
        case .afterEquals:
            return Self.keeping(UInt8(ascii: "="), of: value)
        case .unlessPath:
            return SecretWord.isPath(value[...]) ? value : CommandRedaction.mask
        case .unlessNumber:
            return value.count <= 5 && value.allSatisfy(SecretShape.isDigit) || value.first == UInt8(ascii: "/")
                ? value : CommandRedaction.mask
        case .source:
            let harmless = ["file:", "env:", "fd:", "stdin"]
            if harmless.contains(where: { value.starts(with: $0.utf8) }) { return value }
            return (value.starts(with: "pass:".utf8) ? Array("pass:".utf8) : []) + CommandRedaction.mask
        }
    }

    private static func keeping(_ separator: UInt8, of value: [UInt8]) -> [UInt8] {
        guard let index = value.firstIndex(of: separator) else { return value }
        return value[...index] + CommandRedaction.mask
    }
}
