/// Which part of a value is hidden.
enum SecretMasking: Sendable, Equatable {
    case whole
    /// `user%SECRET`, as Samba's programs take it.
    case afterPercent
    /// `user/SECRET@database`, as Oracle's programs take it, also `userid=user/SECRET`; not `/nolog` nor `@script`.
    case afterSlash
    /// After an option that may also be a port.
    case unlessNumber
    /// `user:SECRET`, `user%SECRET`; numbers are a user and a group.
    case afterColon
    /// `hmac-sha256:name:SECRET`, as DNS programs take a key.
    case afterLastColon
    /// `service://SECRET/…`, as Apprise takes its addresses.
    case afterScheme
    /// `SECRET@host`, as tools for SNMP take a community.
    case beforeAt
    /// `name=SECRET`.
    case afterEquals
    /// `name=SECRET` of a section that is none of Git's.
    case unlessGitSection
    /// Of a key or a cookie. It may also be the path of its file.
    case unlessPath
    /// Of a session, a seed or a serial number. It may also be a word or a number.
    case unlessPlain
    /// `\\host\share`, `Z:` and switches of `net use` are none.
    case unlessShare
    /// `pass:SECRET`, `file:PATH`, `env:NAME`, as OpenSSL takes it.
    case source

    /// What is seen in place of a secret.
    static let mask = Array("***".utf8)

    /// Whether there is something to hide in the value; where not, it is looked at like any other word.
    func applies(to value: some BidirectionalCollection<UInt8>) -> Bool {
        switch self {
        case .afterSlash: Self.oracleSlash(in: Array(value)) != nil
        case .afterEquals: value.contains(UInt8(ascii: "="))
        case .afterScheme: Array(value).contains(Array("://".utf8))
        case .beforeAt: value.contains(UInt8(ascii: "@"))
        case .unlessGitSection: Self.isForeignSetting(Array(value))
        case .unlessPlain: !Self.isPlain(Array(value))
        default: true
        }
    }

    func masked(_ value: some BidirectionalCollection<UInt8>) -> [UInt8] {
        let value = Array(value)
        switch self {
        case .whole:
            return Self.mask
        case .afterPercent:
            return Self.keeping(UInt8(ascii: "%"), of: value)
        case .afterSlash:
            return Self.oracleSlash(in: value).map { value[...$0] + Self.mask } ?? value
        case .afterColon:
            guard let colon = value.firstIndex(of: UInt8(ascii: ":")) else {
                return Self.keeping(UInt8(ascii: "%"), of: value)
            }
            let isGroup = value[(colon + 1)...].allSatisfy(SecretShape.isDigit)
            return isGroup ? value : value[...colon] + Self.mask
        case .afterLastColon:
            return value.lastIndex(of: UInt8(ascii: ":")).map { value[...$0] + Self.mask } ?? value
        case .afterScheme:
            guard let slash = value.firstIndex(of: UInt8(ascii: "/")) else { return value }
            return value[...slash] + [UInt8(ascii: "/")] + Self.mask
        case .beforeAt:
            return value.firstIndex(of: UInt8(ascii: "@")).map { Self.mask + value[$0...] } ?? value
        case .afterEquals:
            return Self.keeping(UInt8(ascii: "="), of: value)
        case .unlessGitSection:
            return Self.isForeignSetting(value) ? Self.keeping(UInt8(ascii: "="), of: value) : value
        case .unlessPath:
            return SecretShape.isPath(value[...]) ? value : Self.mask
        case .unlessPlain:
            return Self.isPlain(value) ? value : Self.mask
        case .unlessShare:
            let isPart =
                value.starts(with: "\\\\".utf8) || value.starts(with: "//".utf8) || value.first == UInt8(ascii: "/")
                || value.count <= 2 && value.last == UInt8(ascii: ":")
            return isPart ? value : Self.mask
        case .unlessNumber:
            return value.count <= 5 && value.allSatisfy(SecretShape.isDigit) || value.first == UInt8(ascii: "/")
                ? value : Self.mask
        case .source:
            let harmless = ["file:", "env:", "fd:", "stdin"]
            if harmless.contains(where: { value.starts(with: $0.utf8) }) { return value }
            return (value.starts(with: "pass:".utf8) ? Array("pass:".utf8) : []) + Self.mask
        }
    }

    private static func keeping(_ separator: UInt8, of value: [UInt8]) -> [UInt8] {
        guard let index = value.firstIndex(of: separator) else { return value }
        return value[...index] + Self.mask
    }

    /// Settings of Oracle's programs that hold a login; what else stands before `=` holds paths and names.
    private static let oracleLogins = ["userid", "target", "catalog", "auxiliary", "explain", "logon"]

    /// The slash between a user and his password.
    private static func oracleSlash(in value: [UInt8]) -> Int? {
        var start = 0
        if let equals = value.firstIndex(of: UInt8(ascii: "=")),
            let slash = value.firstIndex(of: UInt8(ascii: "/")), equals < slash
        {
            let name = String(decoding: value[..<equals], as: UTF8.self).lowercased()
            guard oracleLogins.contains(name) else { return nil }
            start = equals + 1
        }
        guard let slash = value[start...].firstIndex(of: UInt8(ascii: "/")), slash > start, slash + 1 < value.count,
            !value[start..<slash].contains(where: { $0 == UInt8(ascii: "@") || $0 == UInt8(ascii: ":") })
        else { return nil }
        return slash
    }

    /// The sections of Git's own settings (git-config(1)) that hold no secret, or one that its name tells.
    private static let gitSections: Set<String> = [
        "add", "advice", "alias", "am", "apply", "attr", "blame", "branch", "browser", "bundle", "checkout", "clean",
        "clone", "color", "column", "commit", "commitgraph", "core", "credential", "diff", "difftool", "extensions",
        "feature", "fetch", "filter", "format", "fsck", "fsmonitor", "gc", "gpg", "grep", "gui", "help", "http",
        "i18n", "imap", "include", "includeif", "index", "init", "instaweb", "interactive", "lfs", "log",
        "maintenance", "man", "merge", "mergetool", "notes", "pack", "pager", "pretty", "protocol", "pull", "push",
        "rebase", "receive", "remote", "repack", "rerere", "revert", "safe", "sendemail", "sequence", "showbranch",
        "splitindex", "ssh", "stash", "status", "submodule", "tag", "tar", "trace2", "transfer", "uploadarchive",
        "uploadpack", "url", "user", "versionsort", "web", "worktree",
    ]

    private static func isForeignSetting(_ value: [UInt8]) -> Bool {
        guard let equals = value.firstIndex(of: UInt8(ascii: "=")) else { return false }
        let section = value[..<equals].prefix { $0 != UInt8(ascii: ".") }
        guard section.count < equals else { return true }
        return !gitSections.contains(String(decoding: section, as: UTF8.self).lowercased())
    }

    /// A path, or words in small letters and short numbers: `ubuntu`, `42`, `/dev/ttyUSB0`, `mon:stdio`, `0x2a`.
    private static func isPlain(_ value: [UInt8]) -> Bool {
        guard !SecretShape.isPath(value[...]) else { return true }
        var digits = 0
        for part in value.split(whereSeparator: { "-_.,:/".utf8.contains($0) }) {
            if part.allSatisfy(SecretShape.isDigit) {
                digits += part.count
            } else if !part.allSatisfy({ (0x61...0x7A).contains($0) }) {
                return false
            }
        }
        // Numbers of 64 bits, and no rows of numbers as licences are.
        return digits <= 10 || digits <= 20 && value.allSatisfy(SecretShape.isDigit)
    }
}
