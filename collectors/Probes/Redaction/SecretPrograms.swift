/// What is known of programs besides ``SecretOption/byProgram``: those that come in families, and rarer ones.
extension SecretOption {
    /// Nil for a program of which nothing is known.
    static func options(of program: String) -> [SecretOption]? {
        let known = [byProgram[program], further[program], families.first { program.hasPrefix($0.prefix) }?.options]
            .compactMap(\.self)
        return known.isEmpty ? nil : known.flatMap(\.self)
    }

    /// Programs that begin alike take their secrets alike: `mysqlshow -pX` as `mysql -pX`.
    private static let families: [(prefix: String, options: [SecretOption])] = [
        ("mysql", [.init("-p")]), ("mariadb", [.init("-p")]), ("mongo", [.init("-p")]), ("ldap", [.init("-w")]),
        ("snmp", [.init("-c"), .init("-A"), .init("-X")]), ("mosquitto_", [.init("-P")]),
        ("7z", [.init("-p", .attached)]), ("pdf", [.init("-upw", .next), .init("-opw", .next)]),
        ("xfreerdp", freeRDP), ("wlfreerdp", freeRDP), ("sdl-freerdp", freeRDP),
        ("redis-", redis), ("valkey-", redis), ("keydb-", redis), ("ipmi", [.init("-p", .next), .init("-P")]),
        ("fence_", [.init("-p", .next)]), ("ipa-", [.init("-w", .next), .init("-p", .next), .init("-a", .next)]),
        ("check_", [.init("-C", .next), .init("-a", .next, .afterColon)]),
    ]

    private static let freeRDP: [SecretOption] = ["/p:", "/pth:", "/gp:"].map { .init($0, .attached) }
    private static let redis: [SecretOption] = [
        .init("-a"), .init("auth", .rest), .init("AUTH", .rest), .init("requirepass", .next),
        .init("masterauth", .next),
    ]

    private static let further: [String: [SecretOption]] = {
        var table: [String: [SecretOption]] = [
            "memtier_benchmark": [.init("-a")], "iscsiadm": [.init("-v", .next)], "jq": [], "irssi": [.init("-w")],
            "swaks": [.init("-ap", .next)], "sendemail": [.init("-xp", .next)], "sendEmail": [.init("-xp", .next)],
            "ab": [.init("-A"), .init("-P")], "hey": [.init("-a")], "siege": [], "vmrun": [.init("-gp"), .init("-vp")],
            "swift": [.init("-K")], "codecov": [.init("-t")], "influx": [.init("-t", .next)],
            "dotnet": [.init("-k", .next)], "nuget": [.init("-k", .next)], "eapol_test": [.init("-s")],
            "iodine": [.init("-P")],
            "iodined": [.init("-P")], "udp2raw": [.init("-k")], "edge": [.init("-k")], "openfortivpn": [.init("-p")],
            "beeline": [.init("-p", .next)], "hydra": [.init("-p", .next)], "medusa": [.init("-p", .next)],
            "hdbsql": [.init("-p", .next)], "cypher-shell": [.init("-p", .next)],
            "fs_cli": [.init("-p", .next)], "brook": [.init("-p", .next)], "osql": [.init("-P")],
            "mssql-cli": [.init("-P")], "mycli": [.init("-p")], "mydumper": [.init("-p")], "myloader": [.init("-p")],
            "qpdf": [.init("--encrypt", .rest)], "ssh-keygen": [.init("-N", .next), .init("-P", .next)],
            "serf": [.init("-encrypt"), .init("-install", .next)],
            "consul": [.init("-encrypt"), .init("-install", .next)], "bw": [.init("--session")],
            "iw": [.init("key", .next), .init("keys", .rest)], "db2": [.init("using", .next)],
            "smbpasswd": [.init("-w", .next)],
        ]
        for program in ["kadmin", "vsql", "impala-shell"] { table[program] = [.init("-w", .next)] }
        table["gsql"] = [.init("-W", .next)]
        for program in ["local", "server", "redir", "tunnel", "manager"] {
            table["ss-" + program] = [.init("-k")]
            table["ss" + program] = [.init("-k")]
        }
        for program in SecretWords.further.keys where table[program] == nil { table[program] = [] }
        return table
    }()
}

extension SecretWords {
    /// Nil where nothing that the program is told to do is known to take secrets.
    static func words(of program: String) -> [SecretWords]? {
        let known = [SecretOption.bySubcommand[program], further[program]].compactMap(\.self)
        return known.isEmpty ? nil : known.flatMap(\.self)
    }

    fileprivate static let further: [String: [SecretWords]] = {
        var table: [String: [SecretWords]] = [:]
        func add(_ line: String, _ offset: Int, _ masking: SecretMasking = .whole) {
            let words = line.split(separator: " ").map(String.init)
            table[words[0], default: []].append(
                SecretWords(words: Array(words.dropFirst()), offset: offset, masking: masking))
        }
        for line in [
            "ansible-vault encrypt_string", "cloudflared service install", "cargo login", "snyk auth",
            "nuget setapikey", "neo4j-admin set-initial-password", "neo4j-admin dbms set-initial-password",
        ] { add(line, 1) }
        for line in [
            "netlify env:set", "virsh secret-set-value", "poetry config", "composer config", "bundle config",
            "yarn config set", "pnpm config set", "samba-tool user create", "samba-tool user add", "kamctl add",
        ] { add(line, 2) }
        for line in ["sqlldr", "expdp", "impdp", "rman target"] { add(line, 1, .afterSlash) }
        for client in ["mc", "mcli"] { add("\(client) admin user add", 3) }
        add("radclient", 3)
        add("etcdctl user add", 1, .afterColon)
        add("firebase functions:config:set", 1, .afterEquals)
        add("railway variables set", 1, .afterEquals)
        add("supabase secrets set", 1, .afterEquals)
        return table
    }()
}
