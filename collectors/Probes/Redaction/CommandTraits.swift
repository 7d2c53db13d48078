/// What the whole command line says about its words.
struct CommandTraits: Sendable, Equatable {
    /// It names a user, so that `-p X` beside is his password and no port.
    private(set) var isLogin = false
    /// It speaks of secrets: then `--value X` is one.
    private(set) var isOfSecrets = false
    /// It speaks to Pushover, where `user` is the key of an account.
    private(set) var userIsKey = false

    private static let userOptions: Set<String> = [
        "-u", "-U", "--user", "--username", "--login", "-user", "-username",
    ]
    /// Their `-u` says as whom another program shall run, whose processes to show, or nothing of users.
    private static let others: Set<String> = [
        "sudo", "doas", "runuser", "su", "run", "exec", "create", "journalctl", "ps", "top", "htop", "lsof", "pgrep",
        "pkill",
        "strace", "renice", "rsync", "cp", "mv", "ls", "diff", "date", "sort", "uniq", "patch", "git", "tar", "python",
        "python3", "psql", "unshare", "docker", "podman",
    ]

    private static let pushover = Array("pushover".utf8)

    init(_ arguments: [[UInt8]]) {
        var program = ""
        for word in arguments.lazy.flatMap({ $0.split { $0 <= UInt8(ascii: " ") } }) {
            userIsKey = userIsKey || word.first != UInt8(ascii: "-") && word.prefix(40).contains(Self.pushover)
            guard word.count <= 64 else { continue }
            if word.first == UInt8(ascii: "-") {
                let name = String(decoding: word.prefix { $0 != UInt8(ascii: "=") }, as: UTF8.self)
                isLogin = isLogin || Self.userOptions.contains(name) && !Self.others.contains(program)
            } else {
                let start = word.lastIndex(of: UInt8(ascii: "/")).map { $0 + 1 } ?? word.startIndex
                program = String(decoding: word[start...], as: UTF8.self)
                isOfSecrets = isOfSecrets || Self.namesSecret(word)
            }
        }
    }

    /// `secret:create`, `SecureString`, `put-secret-value`.
    private static func namesSecret(_ word: ArraySlice<UInt8>) -> Bool {
        var rest = word
        while let first = rest.first {
            switch first | 0x20 {
            case UInt8(ascii: "s") where starts(rest, "secret"), UInt8(ascii: "p") where starts(rest, "passw"):
                return true
            default: rest.removeFirst()
            }
        }
        return word.count == 12 && starts(word, "securestring")
    }

    /// Without case.
    private static func starts(_ word: ArraySlice<UInt8>, _ text: StaticString) -> Bool {
        word.count >= text.utf8CodeUnitCount
            && text.withUTF8Buffer { text in zip(word, text).allSatisfy { $0 | 0x20 == $1 } }
    }
}
