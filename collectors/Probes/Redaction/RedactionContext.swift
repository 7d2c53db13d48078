/// What the words of a command line so far say of those to come: the program that runs, and a secret that is due.
struct RedactionContext {
    /// A secret that begins with the next argument.
    struct Pending {
        var masking: SecretMasking
        /// An option after it shows that there is no value: `--token --verbose`.
        var optionPrefix: StaticString?
    }

    var pending: Pending?
    /// Nothing after this is shown.
    var hidesRest = false
    private(set) var options: [SecretOption] = []
    private var program = ""
    private var isContainerTool = false
    private var positionals = 0
    private var secretPositional: (number: Int, masking: SecretMasking)?
    /// Every word from this one on is a secret, or may be one.
    private var secretsFrom: (number: Int, masking: SecretMasking)?
    /// The program's first words: what it shall do.
    private var command: [String] = []

    /// Takes a word that is no option; gives how it has to be masked, if it is a secret.
    mutating func take(word: ArraySlice<UInt8>) -> SecretMasking? {
        defer { if Self.endsCommand(word) { (program, command, secretsFrom, secretPositional) = ("", [], nil, nil) } }
        positionals += 1
        if let secrets = secretsFrom, positionals >= secrets.number {
            // `set NAME X` where `set NAME=X` was expected.
            let isValue = secrets.masking == .afterEquals && positionals > secrets.number
            return isValue && !word.contains(UInt8(ascii: "=")) ? .whole : secrets.masking
        }
        if let secret = secretPositional, secret.number == positionals { return secret.masking }
        let start = word.lastIndex(of: UInt8(ascii: "/")).map { $0 + 1 } ?? word.startIndex
        guard word.count <= 64 else { return nil }
        let name = String(decoding: word[start...], as: UTF8.self)
        if command.count < 4 { command.append(name) }
        if let found = SecretOption.bySubcommand[program]?.first(where: { command == $0.words }) {
            secretsFrom = (positionals + found.offset, found.masking)
        }
        if SecretOption.subcommands.contains(name) {
            enter(name, options: [])
            isContainerTool = true
        } else if name == "login", let found = SecretOption.byProgram[program + " login"] {
            options = found
        } else if program == "rabbitmqctl", ["add_user", "change_password"].contains(name) {
            secretPositional = (positionals + 2, .whole)
        } else if let found = SecretOption.byProgram[name] {
            enter(name, options: found)
        }
        return nil
    }

    private mutating func enter(_ name: String, options found: [SecretOption]) {
        program = name
        positionals = 0
        command = []
        secretsFrom = SecretOption.bySubcommand[name]?.first { $0.words.isEmpty }.map { ($0.offset, $0.masking) }
        // `docker run --name mysql -p 3306:3306`: there `-p` alone is a port.
        options = isContainerTool ? found.filter { $0.place != .next }.map { SecretOption($0.name, .attached) } : found
        secretPositional =
            switch name {
            case "wpa_passphrase": (2, .whole)
            case "sqlplus": (1, .afterSlash)
            default: nil
            }
    }

    /// Whether another command follows in a script.
    private static func endsCommand(_ word: ArraySlice<UInt8>) -> Bool {
        word.last == UInt8(ascii: ";") || word.allSatisfy { $0 == UInt8(ascii: "|") || $0 == UInt8(ascii: "&") }
    }

    /// Takes a word that begins with a dash.
    mutating func take(option: ArraySlice<UInt8>) {
        guard program == "htpasswd" || program == "mosquitto_passwd", !option.starts(with: "--".utf8) else { return }
        // -b: the password is on the command line, behind file and user; -n: there is no file.
        if option.contains(UInt8(ascii: "b")) { secretPositional = (secretPositional?.number ?? 3, .whole) }
        if option.contains(UInt8(ascii: "n")) { secretPositional = (2, .whole) }
    }

    /// Switches that need no value, before the letter of a secret option: `curl -sSu me:pw`.
    var clusterLetters: StaticString { program == "curl" ? "sSkLfvigIOJ#" : "" }
}
