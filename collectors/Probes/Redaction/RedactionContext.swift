/// What the words so far say about the next ones: the program that runs, and whether a secret comes next.
struct RedactionContext {
    /// A secret that begins with the next argument.
    struct Pending {
        var masking: SecretMasking
        /// If an option follows, there is no value: `--token --verbose`.
        var optionPrefix: StaticString?
        /// How many words behind it may be the secret as well.
        var further = 0
    }

    let traits: CommandTraits
    var pending: Pending?
    /// Nothing after this is shown.
    var hidesRest = false
    /// `--arg NAME` gives the next two words a meaning: a name and its value.
    var isAfterNameOption = false
    private(set) var options: [SecretOption] = []
    private(set) var program = ""
    /// What comes first.
    private var firstWord: String?
    private var isContainerTool = false
    private var positionals = 0
    private var secretPositional: (number: Int, masking: SecretMasking)?
    /// Every word from this one on is a secret, or may be one.
    private var secretsFrom: (number: Int, masking: SecretMasking)?
    /// The program's first words, which say what it should do.
    private var command: [String] = []
    /// What of these leads to secrets.
    private var secretWords: [SecretWords] = []
    /// A word has named a secret whose value an option takes: `xmlstarlet ed -u //password -v X`.
    private var hasNamedValue = false

    init(traits: CommandTraits) { self.traits = traits }

    /// Takes a word that is not an option. If it is a secret, gives how to mask it.
    mutating func take(word: ArraySlice<UInt8>) -> SecretMasking? {
        defer {
            if Self.endsCommand(word) {
                (program, command, secretWords, secretsFrom, secretPositional) = ("", [], [], nil, nil)
            }
        }
        positionals += 1
        if let secrets = secretsFrom, positionals >= secrets.number {
            // `set NAME X`, where `set NAME=X` was expected.
            let isValue = secrets.masking == .afterEquals && positionals > secrets.number
            if isValue, !word.contains(UInt8(ascii: "=")) { return .whole }
            return secrets.masking.applies(to: word) ? secrets.masking : nil
        }
        if let secret = secretPositional, secret.number == positionals { return secret.masking }
        // `GIT_SSH_COMMAND=sshpass -p X ssh` runs a program as well.
        let before = word.lastIndex { $0 == UInt8(ascii: "/") || $0 == UInt8(ascii: "=") }
        let start = before.map { $0 + 1 } ?? word.startIndex
        guard word.count <= 64 else { return nil }
        let name = String(decoding: word[start...], as: UTF8.self)
        firstWord = firstWord ?? name
        if command.count < 4 { command.append(name) }
        if isXMLEditor { hasNamedValue = SecretWord.matches(name.utf8) }
        if let found = secretWords.first(where: { command == $0.words }) {
            secretsFrom = (positionals + found.offset, found.masking)
        }
        if let first = command.first, SecretOption.keyedBySecondNext[program]?[first]?.contains(name) ?? false {
            secretPositional = (positionals + 2, .whole)
        }
        if SecretOption.subcommands.contains(name) {
            enter(name, options: SecretOption.options(of: name) ?? [])
            isContainerTool = true
        } else if name == "login", let found = SecretOption.byProgram[program + " login"] {
            options = found
        } else if program == "rabbitmqctl", ["add_user", "change_password", "authenticate_user"].contains(name) {
            secretPositional = (positionals + 2, .whole)
        } else if program.isEmpty || !Self.ambiguous.contains(name), let found = SecretOption.options(of: name) {
            enter(name, options: found)
        }
        return nil
    }

    private mutating func enter(_ name: String, options found: [SecretOption]) {
        program = name
        positionals = 0
        command = []
        secretWords = SecretWords.words(of: name) ?? []
        secretsFrom = secretWords.first { $0.words.isEmpty }.map { ($0.offset, $0.masking) }
        // `docker run --name mysql -p 3306:3306`: there `-p` alone is a port.
        options = isContainerTool ? found.filter { $0.place != .next }.map { SecretOption($0.name, .attached) } : found
        secretPositional =
            switch name {
            case "wpa_passphrase": (2, .whole)
            // A command behind `-c` may stand there too.
            case "smbclient": (2, .unlessPlain)
            default: nil
            }
    }

    /// Whether the places of the secrets are known.
    var knowsPlaces: Bool {
        if secretsFrom != nil || secretPositional != nil || isXMLEditor { return true }
        // `user-secrets set NAME X`: the first word leads there and names nothing itself.
        return secretWords.contains { $0.words.count > command.count && $0.words.starts(with: command) }
    }

    /// Its words name places in a file, and an option takes the value.
    private var isXMLEditor: Bool { program == "xmlstarlet" }

    /// Whether scripts of it change texts: `s/password=.*/password=X/`.
    var isStreamEditor: Bool { program == "sed" || program == "gsed" || program == "perl" }

    /// Whether `user/SECRET` may come anywhere.
    var takesOracleLogins: Bool { secretsFrom?.masking == .afterSlash }

    /// Whether the program takes paths of keys and their values: `put /app/token X`.
    var takesKeysAndValues: Bool { program == "etcdctl" || program == "consul" }

    /// Programs whose names are mostly words of other command lines: they are meant only where they stand first.
    private static let ambiguous: Set<String> = [
        "sql", "exp", "imp", "net", "host", "security", "step", "gem", "edge", "swift", "ab",
        "wpa_passphrase",
    ]

    /// Whether the command only reads: `kubectl get secret`.
    var isQuery: Bool { command.first == "get" || command.first == "describe" }

    /// Whether the program searches for words or files with such names, so that no values follow.
    var isReader: Bool {
        guard let firstWord, Self.readers.contains(firstWord) else { return false }
        return !(firstWord == "git" && command.first == "config")
    }

    /// Whether the word before is a command that sets a variable: `launchctl setenv TOKEN X`.
    var isAfterSetter: Bool {
        command.dropLast().last.map(["setenv", "setx", "set-environment"].contains) ?? false
    }

    private static let readers: Set<String> = [
        "grep", "egrep", "fgrep", "zgrep", "rg", "ag", "ack", "git", "man", "less", "more", "vi", "vim", "nano",
        "emacs",
        "cat", "ls", "ll", "rm", "cp", "mv", "find", "tail", "head", "touch", "mkdir", "cd", "kubectl", "systemctl",
        "service",
        "pass", "make", "which", "go", "cargo", "python", "python3", "node", "ruby", "perl", "diff", "chmod", "chown",
        "sudo",
    ]

    /// What an option means together with the other words; nil if it is not about secrets.
    func optionByTraits(_ word: ArraySlice<UInt8>) -> SecretOption? {
        if traits.isLogin {
            for name: StaticString in ["-p", "-P"] where Self.spells(name, word) {
                return SecretOption(name, .next, .unlessNumber)
            }
            if word.starts(with: "-p=".utf8) { return SecretOption("-p=", .attached, .unlessNumber) }
        }
        if hasNamedValue {
            for name: StaticString in ["-v", "--value"] where Self.spells(name, word) {
                return SecretOption(name, .next)
            }
        }
        if traits.userIsKey {
            for name: StaticString in ["--user", "-u"] where Self.spells(name, word.prefix { $0 != UInt8(ascii: "=") })
            {
                return SecretOption(name)
            }
        }
        if traits.isOfSecrets {
            let word = word.prefix { $0 != UInt8(ascii: "=") }
            for name: StaticString in ["--value", "--body", "--plaintext", "--data"] where Self.spells(name, word) {
                return SecretOption(name)
            }
        }
        return nil
    }

    private static func spells(_ name: StaticString, _ word: ArraySlice<UInt8>) -> Bool {
        name.withUTF8Buffer { word.elementsEqual($0) }
    }

    /// Whether another command follows in a script.
    private static func endsCommand(_ word: ArraySlice<UInt8>) -> Bool {
        word.last == UInt8(ascii: ";") || word.allSatisfy { $0 == UInt8(ascii: "|") || $0 == UInt8(ascii: "&") }
    }

    /// Takes a word that begins with a dash.
    mutating func take(option: ArraySlice<UInt8>) {
        isAfterNameOption = option.elementsEqual("--arg".utf8) || option.elementsEqual("--argjson".utf8)
        // `--rsh=sshpass -p X ssh`.
        if let equals = option.firstIndex(of: UInt8(ascii: "=")), option.count <= 64 {
            let name = String(decoding: option[(equals + 1)...], as: UTF8.self)
            if let found = SecretOption.options(of: name) { enter(name, options: found) }
        }
        guard program == "htpasswd" || program == "mosquitto_passwd", !option.starts(with: "--".utf8) else { return }
        // -b: the password is on the command line, behind file and user; -n: there is no file.
        if option.contains(UInt8(ascii: "b")) { secretPositional = (secretPositional?.number ?? 3, .whole) }
        if option.contains(UInt8(ascii: "n")) { secretPositional = (2, .whole) }
    }

    /// Switches that need no value, before the letter of a secret option: `curl -sSu me:pw`.
    var clusterLetters: StaticString {
        switch program {
        case "curl": "sSkLfvigIOJ#"
        case "zip", "unzip": "rqvjmo9nd"
        case "sshpass": "v"
        default: ""
        }
    }
}
