/// Secrets that stand behind a word with nothing but a blank between, as protocols, settings and lists write them.
extension SecretScanner {
    /// Programs that a script speaks a protocol to.
    private static let talkers = ["nc ", "ncat ", "netcat ", "telnet ", "s_client", "socat ", "ftp ", "/dev/tcp/"]

    /// `PASS X`, `a LOGIN me X`, `AUTH PLAIN X`, `user me X` in a script that speaks to such a program.
    mutating func maskSpoken(_ word: ArraySlice<UInt8>) -> Bool {
        guard let first = word.first, "pPaAlLuU.".utf8.contains(first), !isArgument(word), word.count <= 17 else {
            return false
        }
        switch String(decoding: word, as: UTF8.self).uppercased() {
        case "PASS": return maskSpoken(word, skipping: 0)
        case "AUTH", "AUTHENTICATE": return maskSpoken(word, skipping: 0)
        case "LOGIN", "USER": return maskSpoken(word, skipping: 1)
        case "PRESET_PASSPHRASE":
            while index < word.endIndex { pass() }
            output.append(contentsOf: [UInt8(ascii: " ")] + SecretMasking.mask)
            index = text.count
            return true
        case ".LOGON":
            // `.logon h/me,X` of Teradata.
            guard let comma = text[index...].firstIndex(of: UInt8(ascii: ",")) else { return false }
            while index <= comma { pass() }
            output.append(contentsOf: SecretMasking.mask)
            index = endOfBareValue()
            return true
        default: return false
        }
    }

    private mutating func maskSpoken(_ word: ArraySlice<UInt8>, skipping words: Int) -> Bool {
        guard Self.talkers.contains(where: { text.contains(Array($0.utf8)) }) else { return false }
        var end = word.endIndex
        var left = words
        while true {
            let blanks = text[end...].prefix { $0 == UInt8(ascii: " ") }
            let value = text[blanks.endIndex...].prefix { !Self.isBlank($0) && !Self.isQuote($0) }
            guard !blanks.isEmpty, !value.isEmpty else { return false }
            let isMethod = value.elementsEqual("PLAIN".utf8) || value.elementsEqual("LOGIN".utf8)
            if left == 0, !isMethod {
                while index < value.startIndex { pass() }
                output.append(contentsOf: SecretMasking.mask)
                index = value.endIndex
                return true
            }
            if !isMethod { left -= 1 }
            end = value.endIndex
        }
    }

    /// `scott/"X"@db` of Oracle's programs, `connect scott/X@db` of their scripts.
    mutating func maskOracleLogin(_ word: ArraySlice<UInt8>) -> Bool {
        let slash = UInt8(ascii: "/")
        let isQuoted = endOfQuote(at: word.endIndex) != nil
        if context.takesOracleLogins, isQuoted, word.last == slash || word.last == UInt8(ascii: "\\") {
            let name = word.prefix { $0 != UInt8(ascii: "\\") }
            guard name.last == slash, name.count > 1 || index > 0 && Self.isQuote(text[index - 1]),
                name.dropLast().allSatisfy({ Self.isName($0) || $0 == UInt8(ascii: "=") })
            else { return false }
            while index < name.endIndex { pass() }
            output.append(contentsOf: SecretMasking.mask)
            index = endOfShellWord(from: word.endIndex)
            return true
        }
        guard !isArgument(word), let found = word.firstIndex(of: slash), found > word.startIndex else { return false }
        let before = text[..<index].reversed().drop(while: Self.isBlank).prefix {
            !Self.isBlank($0) && !Self.isQuote($0)
        }
        let verb = String(decoding: before.reversed(), as: UTF8.self).lowercased()
        guard verb == "connect" || verb == "conn", SecretMasking.afterSlash.applies(to: word) else { return false }
        output.append(contentsOf: SecretMasking.afterSlash.masked(word))
        index = word.endIndex
        return true
    }

    /// Names behind which a lone word may be a secret.
    private static let names: Set<String> = [
        "password", "passphrase", "passcode", "pass", "pwd", "pw", "psk", "secret", "community", "kennwort", "passwort",
    ]
    /// What stands between a name and its value: how it is hashed.
    private static let methods: Set<String> = [
        "md5", "sha", "sha1", "sha256", "sha512", "hmac-md5", "encrypted", "plain",
    ]
    /// What follows such a name in SQL and is no value.
    private static let keywords: Set<String> = [
        "FROM", "VARCHAR", "VARCHAR2", "CHAR", "TEXT", "NOT", "NULL", "IS", "IN", "LIKE", "AND", "OR", "EXPIRE", "BLOB",
        "NVARCHAR", "FOR", "AS", "BY", "WITH", "SET", "REQUIRE", "HISTORY", "REUSE", "VALID",
    ]

    /// `(password X)`, `neighbor 10.0.0.1 password 7 X`, `password X`; not a word of a sentence.
    mutating func maskBareValue(_ name: ArraySlice<UInt8>, start: Int) -> Bool {
        // `setenv TOKEN X`, `set -gx TOKEN X` of other shells.
        let before = text[..<start].suffix(8)
        let isSet = ["setenv ", "set -x ", "set -gx ", "set -Ux "].contains {
            before.suffix($0.utf8.count).elementsEqual($0.utf8)
        }
        let isListed = isSet || start > 0 && text[start - 1] == UInt8(ascii: "(")
        let words = SecretWord.words(of: name)
        guard isWhole, !context.isReader, isListed || words.count > 1 || Self.names.contains(words.first ?? "") else {
            return false
        }
        var end = index
        while true {
            let blanks = text[end...].prefix { $0 == UInt8(ascii: " ") }
            let value = text[blanks.endIndex...].prefix { !Self.ends($0) && !",()".utf8.contains($0) }
            guard !blanks.isEmpty, let first = value.first, !"-$|&<>={[%@/.*+?!\\:#`".utf8.contains(first) else {
                return false
            }
            let text = String(decoding: value, as: UTF8.self)
            if Self.methods.contains(text) || value.count == 1 && SecretShape.isDigit(first) {
                end = value.endIndex
                continue
            }
            let isWholeText = start == 0 && value.endIndex == self.text.count
            if Self.keywords.contains(text)
                || !isListed && !isWholeText && !SecretMasking.unlessPlain.applies(to: value)
            {
                return false
            }
            while index < value.startIndex { pass() }
            output.append(contentsOf: SecretMasking.mask)
            index = value.endIndex
            return true
        }
    }
}
