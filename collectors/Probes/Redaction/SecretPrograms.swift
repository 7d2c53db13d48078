/// What is known of programs besides ``SecretOption/byProgram``: those that come in families, and rarer ones.
extension SecretOption {
    /// Nil for a program about which nothing is known.
    static func options(of program: String) -> [SecretOption]? {
        let family = program.utf8.first.flatMap { familiesByLetter[$0] }?.first { program.hasPrefix($0.prefix) }
        let own = byProgram[program]
        let rare = further[program]
        guard own != nil || rare != nil || family != nil else { return nil }
        return (own ?? []) + (rare ?? []) + (family?.options ?? [])
    }

    private static let familiesByLetter = Dictionary(grouping: families) { $0.prefix.utf8.first ?? 0 }

    /// Programs whose names begin alike take secrets in the same way: `mysqlshow -pX` like `mysql -pX`.
    private static let families: [(prefix: String, options: [SecretOption])] = [
        ("mysql", [.init("-p")]), ("mariadb", [.init("-p")]), ("mongo", [.init("-p")]), ("ldap", [.init("-w")]),
        ("net-snmp", [.init("-A"), .init("-X")]),
        ("snmp", [.init("-c"), .init("-A"), .init("-X"), .init("-3M", .next)]), ("mosquitto_", [.init("-P")]),
        ("7z", [.init("-p", .attached)]), ("pdf", [.init("-upw", .next), .init("-opw", .next)]),
        ("xfreerdp", freeRDP), ("wlfreerdp", freeRDP), ("sdl-freerdp", freeRDP),
        ("redis-", redis), ("valkey-", redis), ("keydb-", redis), ("ipmi", [.init("-p", .next), .init("-P")]),
        ("fence_", [.init("-p", .next)]), ("ipa-", [.init("-w", .next), .init("-p", .next), .init("-a", .next)]),
        ("check_", [.init("-C", .next), .init("-a", .next, .afterColon), .init("-p", .next, .unlessNumber)]),
        ("tpm2_", [.init("-p", .next), .init("-P", .next), .init("-r", .next)]),
    ]

    private static let freeRDP: [SecretOption] = ["/p:", "/pth:", "/gp:"].map { .init($0, .attached) }
    private static let redis: [SecretOption] = [
        .init("-a"), .init("auth", .rest), .init("AUTH", .rest), .init("requirepass", .next),
        .init("masterauth", .next), .init("auth-pass", .rest),
        .init("AUTH2", .rest), .init("auth2", .rest),
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
            "qpdf": [.init("--encrypt", .rest)], "ssh-keygen": [.init("-N"), .init("-P")],
            "serf": [.init("-encrypt"), .init("-install", .next)],
            "consul": [.init("-encrypt"), .init("-install", .next)], "bw": [.init("--session")],
            "iw": [.init("key", .next), .init("keys", .rest)], "db2": [.init("using", .next)],
            "smbpasswd": [.init("-w", .next)], "aws": [.init("--plaintext", .next)], "vault": [.init("-id")],
            "signtool": [.init("/p", .next)], "schtasks": [.init("/rp", .next)],
            "runas": [.init("/p:", .attached)], "dscl": [.init("-passwd", .rest)],
            "erl": [.init("-setcookie", .next)], "step": [.init("--key", .next)],
            "hping3": [.init("--sign", .next)], "nping": [.init("--echo-client", .next)],
            "varnishadm": [.init("auth", .next)], "check_ldap": [.init("-P", .next)],
            "openconnect": [.init("-C", .attachedOrNext, .unlessPath)], "xmlstarlet": [], "sed": [], "gsed": [],
        ]
        for program in ["kadmin", "vsql", "impala-shell"] { table[program] = [.init("-w", .next)] }
        table["gsql"] = [.init("-W", .next)]
        for program in ["local", "server", "redir", "tunnel", "manager"] {
            table["ss-" + program] = [.init("-k")]
            table["ss" + program] = [.init("-k")]
        }
        // Those that take a secret behind one letter, and say no more of it.
        for (option, programs): (StaticString, String) in [
            ("-p", "veracrypt truecrypt steghide mutool reaver pkcs11-tool doveadm saslpasswd2 security ykman"),
            ("-p", "caddy upsmon conan"),
            ("-P", "gpg-preset-passphrase security ykman"), ("-K", "ccrypt ccencrypt ccdecrypt"), ("-g", "arj"),
            ("-w", "dsconf dsctl dsidm squidclient security"), ("-s", "slappasswd hponcfg"),
            ("-t", "vercel glab vagrant k6 frpc k3s rke2"), ("-k", "netbird gem openai mcrypt"),
            ("-a", "xh xhs sipsak jmeter"),
            ("-H", "crackmapexec nxc netexec"), ("-v", "transmission-daemon"), ("-n", "ykman"), ("-C", "ab"),
            ("-2", "yt-dlp youtube-dl"), ("-ap", "sipp ssmtp"), ("-T", "zerotier-cli"),
            ("-w", "squid_ldap_auth basic_ldap_auth ext_ldap_group_acl"),
        ] {
            for program in programs.split(separator: " ").map(String.init) {
                let place: SecretOption.Place =
                    ["-H", "-t", "-n", "-v"].contains("\(option)") ? .next : .attachedOrNext
                table[program, default: []].append(SecretOption(option, place))
            }
        }
        for (option, programs): (StaticString, String) in [
            ("-pas", "gbak gfix gsec nbackup isql isql-fb"), ("-v", "conjur akeyless"), ("--set", "sops"),
            ("-P", "knife p4"), ("-s", "check_nt"), ("--ticket", "icinga2"), ("-p", "aescrypt unar lsar supabase"),
            ("-K", "dar"), ("-t", "rancher gotify"), ("-pa", "dsmadmc dsmc tsm"), ("--generate-hash", "mokutil"),
            ("-e", "lrzip"), ("--encrypt", "lrzip"),
        ] {
            for program in programs.split(separator: " ").map(String.init) {
                table[program, default: []].append(
                    SecretOption(option, "\(option)" == "-pas" || "\(option)" == "-v" ? .next : .attachedOrNext))
            }
        }
        for program in ["act", "earthly"] { table[program] = [.init("-s", .next, .afterEquals)] }
        for program in ["zkCli.sh", "zkCli", "zookeeper-shell", "zookeeper-shell.sh", "zookeeper-client"] {
            table[program] = [.init("digest", .next, .afterColon)]
        }
        table["sedutil-cli"] = [
            "--initialsetup", "--initialSetup", "--setSIDPassword", "--setAdmin1Pwd", "--setPassword",
            "--setlockingrange", "--setLockingRange", "--setMBRDone", "--setmbrdone", "--setMBREnable",
            "--setmbrenable", "--loadPBAimage", "--revertTPer", "--reverttper", "--revertNoErase",
        ].map { .init($0, .rest) }
        table["ip"] = []
        for program in ["ttyd", "gotty"] { table[program] = [.init("-c", .next, .afterColon)] }
        table["transmission-remote"] = [.init("-n", .next, .afterColon)]
        table["nikto"] = [.init("-id", .next, .afterColon)]
        for program in ["dig", "host", "nsupdate", "kdig", "khost", "knsupdate", "delv", "mdig"] {
            table[program] = [.init("-y", .attachedOrNext, .afterLastColon)]
        }
        table["hdparm"] = [
            "--security-unlock", "--security-set-pass", "--security-disable", "--security-erase",
            "--security-erase-enhanced",
        ].map { .init($0, .next) }
        table["git"] = [.init("-c", .next, .unlessGitSection)]
        for program in ["az", "airflow"] { table[program] = [.init("-p", .next, .unlessNumber)] }
        for program in SecretWords.further.keys where table[program] == nil { table[program] = [] }
        return table
    }()
}

extension SecretOption {
    /// Words of a program behind which comes the name of a method or a key, and then the key:
    /// `ip xfrm state add … enc cbc(aes) 0xKEY`.
    static let keyedBySecondNext: [String: [String: Set<String>]] = [
        "ip": ["xfrm": ["enc", "auth", "aead", "auth-trunc"], "macsec": ["key"]]
    ]
}

extension SecretWords {
    /// Nil if nothing that the program is told to do is known to take secrets.
    static func words(of program: String) -> [SecretWords]? {
        let own = SecretOption.bySubcommand[program]
        guard let rare = further[program] else { return own }
        return (own ?? []) + rare
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
            "nuget setapikey", "heroku auth:token", "travis encrypt", "warp-cli registration license",
            "warp-cli connector new",
            "warp-cli set-license", "oathtool", "wandb login", "pm2 link", "bitcoin-cli walletpassphrase",
            "signal-cli verify", "gammu entersecuritycode", "hostapd_cli wps_ap_pin set", "tpm2_changeauth",
            "snmpusm passwd", "vault operator rekey", "consul acl bootstrap", "unbound-control set_option",
            "caddy hash-password",
            "neo4j-admin set-initial-password", "neo4j-admin dbms set-initial-password", "mullvad account login",
            "mullvad account set", "xdotool type", "ydotool type", "wtype",
        ] { add(line, 1) }
        for line in [
            "netlify env:set", "virsh secret-set-value", "poetry config", "composer config", "bundle config",
            "drush upwd", "drush user:password", "ipmitool user set password", "wpa_cli wps_pin", "doveadm auth test",
            "doveadm auth login", "kubectl config set", "b2 authorize-account", "b2 account authorize",
            "wrangler secret put",
            "dotnet user-secrets set", "consul acl set-agent-token", "twilio login", "rclone config update", "net user",
            "net rpc user add", "ykman oath accounts add", "gcloud auth activate-refresh-token",
            "credstash put", "glab variable set", "travis env set", "keyctl update", "keyctl instantiate",
            "onesixtyone",
            "yarn config set", "pnpm config set", "samba-tool user create", "samba-tool user add", "kamctl add",
        ] { add(line, 2) }
        for line in [
            "chamber write", "keyctl add", "virsh set-user-password", "pdnsutil import-tsig-key", "linphonec register",
            "deluge-console connect", "ipsec stroke user-creds", "strongswan stroke user-creds",
        ] { add(line, 3) }
        for program in [
            "sqlplus", "sql", "sqlcl", "sqlldr", "expdp", "impdp", "exp", "imp", "rman", "dgmgrl", "tkprof", "wrc",
            "check_oracle",
        ] { add(program, 1, .afterSlash) }
        add("net use", 1, .unlessShare)
        add("vncpasswd", 1, .unlessPath)
        add("chpasswd", 1, .afterColon)
        for client in ["mc", "mcli"] { add("\(client) admin user add", 3) }
        add("radclient", 3)
        add("etcdctl user add", 1, .afterColon)
        add("firebase functions:config:set", 1, .afterEquals)
        add("railway variables set", 1, .afterEquals)
        for line in ["supabase secrets set", "doppler secrets set", "infisical secrets set"] {
            add(line, 1, .afterEquals)
        }
        add("apprise", 1, .afterScheme)
        for program in ["cfgmaker", "braa"] { add(program, 1, .beforeAt) }
        return table
    }()
}
