/// What the whole command line says about its words.
struct CommandTraits: Sendable, Equatable {
    /// It names a user, so that `-p X` beside is his password and no port.
    private(set) var isLogin = false
    /// It speaks of secrets: then `--value X` is one.
    private(set) var isOfSecrets = false

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

    init(_ arguments: [[UInt8]]) {
        var program = ""
        for word in arguments.lazy.flatMap({ $0.split { $0 <= UInt8(ascii: " ") } }) where word.count <= 64 {
            let text = String(decoding: word, as: UTF8.self)
            if text.first == "-" {
                let name = text.prefix { $0 != "=" }
                isLogin = isLogin || Self.userOptions.contains(String(name)) && !Self.others.contains(program)
            } else {
                program = String(text.split(separator: "/").last ?? "")
                isOfSecrets = isOfSecrets || Self.namesSecret(text)
            }
        }
    }

    /// `secret:create`, `SecureString`, `put-secret-value`.
    private static func namesSecret(_ text: String) -> Bool {
        let text = text.lowercased()
        return text.contains("secret") || text.contains("passw") || text == "securestring"
    }
}
