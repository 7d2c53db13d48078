/// Whether a name, such as that of an option or a variable, looks as if its value is a secret.
enum SecretWord {
    /// Names that say so at the end of any of their words: `authtoken`, `dbpassword`.
    private static let endings = [
        "password", "passwd", "passphrase", "passcode", "secret", "token", "credential", "apikey", "privatekey",
        "accesskey", "authorization", "cookie", "passwords", "secrets", "credentials", "cookies", "masterauth",
        "creds", "mnemonic", "securestring", "sessionid", "extraheader", "authstring", "authtok", "authid", "twofactor",
        "seedphrase", "recoveryphrase", "backupphrase", "keyhex", "passwrd", "pword", "passwort", "kennwort",
        "stringdata",
        "motdepasse", "contrasena", "contrase", "wachtwoord", "senha", "passord", "salasana",
    ]
    private static let beginnings = ["password", "passwd", "passphrase", "secret", "apikey"]
    /// The endings by their last letter: a word is compared with few of them.
    private static let endingsByLetter = Dictionary(grouping: endings) { $0.utf8.last ?? 0 }
    /// Words that say so if they come last: `db-pass`, but not `pass-through`.
    private static let wholes: Set<String> = [
        "key", "pass", "pwd", "pw", "auth", "psk", "otp", "totp", "jwt", "bearer", "requirepass", "cred", "creds",
        "pat", "pin", "hmac", "salt", "tok", "mfa", "community", "parola", "haslo", "heslo",
    ]
    /// Words that name a secret as often as something plain: what tells them apart is the value. A session's id and a
    /// seed are shown where they are a word or a number.
    private static let uncertain: Set<String> = [
        "session", "seed", "serial", "sas", "keys", "pins",
    ]
    /// One of many: `tokens=a,b`. What is only counted is told by ``counts``.
    private static let plurals: [String: String] = [
        "tokens": "token", "toks": "token", "pwds": "pwd", "pws": "pw", "psks": "psk", "otps": "otp", "jwts": "jwt",
        "pats": "pat", "hmacs": "hmac", "bearers": "bearer",
    ]
    /// Words beside which tokens are pieces of text, or keys those of a keyboard or of rows: `--max-tokens`, `--sort-keys`.
    private static let counts: Set<String> = [
        "max", "min", "num", "n", "count", "total", "limit", "per", "special", "stop", "batched", "prompt", "predict",
        "input", "output", "completion", "added", "extra", "authorized", "known", "host", "hot", "text", "context",
    ]
    /// What a code may be for.
    private static let codes: Set<String> = [
        "unlock", "auth", "recovery", "pairing", "access", "security", "verification", "otp", "mfa", "fa", "totp",
        "backup", "activation", "factor", "sms", "invite", "invitation", "pin", "pass", "token", "login", "reset",
    ]
    /// Words that name the next word even when they stand alone: `password X` of pppd.
    private static let namesOfNext: Set<String> = [
        "password", "passphrase", "passcode", "pass", "pwd", "pw", "psk",
    ]
    /// What ends in `key` and opens nothing: `authkey` and `signingkey` do.
    private static let noKeys: Set<String> = [
        "monkey", "donkey", "turkey", "hockey", "jockey", "whiskey", "hotkey", "publickey", "pubkey", "primarykey",
        "foreignkey", "sortkey", "partitionkey", "cachekey", "groupkey", "rowkey", "shardkey", "routingkey", "mapkey",
        "newkey", "inkey",
    ]
    /// What ends in `pass` and is none.
    private static let noPasses: Set<String> = [
        "compass", "bypass", "trespass", "encompass", "overpass", "underpass", "surpass", "multipass", "renderpass",
    ]
    /// `token-file`, `password-stdin`, `PasswordAuthentication`: where a secret is, or what is done with it.
    private static let harmlessLast: Set<String> = [
        "file", "path", "dir", "directory", "folder", "name", "type", "url", "uri", "endpoint", "ttl", "expiry",
        "length", "size", "policy", "env", "stdin", "prompt", "prompts", "authentication", "required", "enabled",
        "format", "algorithm", "alg", "id", "mode", "timeout", "interval", "limit", "count", "hashing", "encryption",
        "helper", "domain", "bucket",
    ]
    /// Keys that open nothing.
    private static let harmlessKeys: Set<String> = [
        "public", "primary", "foreign", "sort", "partition", "cache", "group", "row", "shard", "routing", "map",
    ]

    /// Keys that are files as a rule.
    private static let pathKeys: Set<String> = [
        "ssl", "tls", "private", "client", "server", "ssh", "host", "cert", "ca",
    ]

    /// Compares without case; `DB_PASS`, `apiKey`, `--access-token` and `x-api-key` all match.
    static func matches(_ name: some Sequence<UInt8>) -> Bool {
        var words = words(of: name)
        if let one = singular(words) { words[words.count - 1] = one }
        guard let last = words.last else { return false }
        // `--key-value`: of what is named before.
        if last == "value", words.count > 1 { return matches(words.dropLast().joined(separator: "-").utf8) }
        // Vault's half of a login; of other things an `id` is no secret.
        if words.suffix(2).elementsEqual(["secret", "id"]) { return true }
        // Here the address is the secret. A `webhook-port` is none.
        if words.contains("webhook"), ["webhook", "url", "uri"].contains(last) { return true }
        if last == "code", words.count > 1, codes.contains(words[words.count - 2]) { return true }
        // `fs.azure.account.key.NAME.blob.core.windows.net`.
        if zip(words, words.dropFirst()).contains(where: { $0 == ("account", "key") }), !harmlessLast.contains(last) {
            return true
        }
        // Telemetry is sent with headers that hold keys of many names.
        if last == "headers", words.contains("otlp") { return true }
        if words.elementsEqual(["dsonar", "login"]) || words == ["hashes"] { return true }
        if words == ["fa"], name.contains(UInt8(ascii: "2")) { return true }
        if harmlessLast.contains(last) { return false }
        if wholes.contains(last) {
            // The shell's own variables.
            if words.count == 1, last == "pwd", name.elementsEqual("PWD".utf8) { return false }
            return !(last == "key" && words.count > 1 && harmlessKeys.contains(words[words.count - 2]))
        }
        if last == "oldpwd" { return false }
        if last.hasSuffix("pass"), !noPasses.contains(last) { return true }
        if last.hasSuffix("pwd") || (last.hasSuffix("key") && !noKeys.contains(last)) { return true }
        return hasEnding(words.joined())
            || words.contains { word in hasEnding(word) || beginnings.contains { word.hasPrefix($0) } }
    }

    private static func hasEnding(_ word: String) -> Bool {
        word.utf8.last.flatMap { endingsByLetter[$0] }?.contains { word.hasSuffix($0) } ?? false
    }

    /// `--session`, `WALLET_SEED`: the value tells whether it is a secret (``SecretMasking/unlessPlain``).
    static func mayMatch(_ name: some Sequence<UInt8>) -> Bool {
        let words = words(of: name)
        guard let last = words.last else { return false }
        return uncertain.contains(last) || last.hasSuffix("captcha")
            || last == "id" && words.dropLast().last == "session"
            || last == "response" && words.contains { $0.hasSuffix("captcha") || $0 == "turnstile" }
            || last == "number" && words.dropLast().last == "serial"
    }

    /// How to hide the value of a name that ``matches(_:)`` or ``mayMatch(_:)``.
    static func masking(of name: some Sequence<UInt8>) -> SecretMasking {
        if mayBePath(name) { return .unlessPath }
        if mayMatch(name), !matches(name) { return .unlessPlain }
        return isPlural(name) ? .unlessNumber : .whole
    }

    /// Whether the value is a list: `API_KEYS`, `--tokens`, `passwords`.
    static func isPlural(_ name: some Sequence<UInt8>) -> Bool {
        let words = words(of: name)
        return singular(words) != nil || ["passwords", "secrets", "headers"].contains(words.last)
    }

    /// The last word as one of what it names many of; nil if it does not, or if they are no secrets.
    private static func singular(_ words: [String]) -> String? {
        guard let last = words.last, last.utf8.last == UInt8(ascii: "s"), counts.isDisjoint(with: words) else {
            return nil
        }
        if let one = plurals[last] { return one }
        // `keys` alone are any; `api-keys` and `authkeys` are not.
        if last.hasSuffix("keys"), words.count > 1 || last != "keys" { return String(last.dropLast()) }
        return words.count > 1 && last == "passes" ? "pass" : nil
    }

    /// Whether an argument that is a bare word says that the next is a secret: `password X`, `npmAuthToken X`.
    ///
    /// - Parameter alone: one word does that mostly names a thing, as `token`.
    static func isNameOfNext(_ argument: ArraySlice<UInt8>, alone: Bool) -> Bool {
        // `//registry/:_authToken`; in `/password:x` the value is there already.
        let start = argument.lastIndex { $0 == UInt8(ascii: "/") || $0 == UInt8(ascii: ":") }.map { $0 + 1 }
        let name = argument[(start ?? argument.startIndex)...]
        guard argument.count <= 64, name.allSatisfy(isNameByte), matches(name) else { return false }
        let words = words(of: name)
        if alone || words.count > 1 || namesOfNext.contains(words[0]) { return true }
        // `sopass`, `rootpassword`.
        return ["pass", "password", "passphrase"].contains(where: words[0].hasSuffix)
    }

    private static func isNameByte(_ byte: UInt8) -> Bool {
        let letter = byte | 0x20
        return (0x61...0x7A).contains(letter) || SecretShape.isDigit(byte) || "_-.".utf8.contains(byte)
    }

    /// Whether the name tells of setting one: `shadow.set_password`, `user:change-password`.
    static func changesSecret(_ name: some Sequence<UInt8>) -> Bool {
        !words(of: name).allSatisfy { !["set", "change", "reset", "update"].contains($0) }
    }

    static func words(of name: some Sequence<UInt8>) -> [String] {
        var words: [String] = [""]
        var wasLower = false
        for byte in name {
            let isUpper = (UInt8(ascii: "A")...UInt8(ascii: "Z")).contains(byte)
            let lower = isUpper ? byte + 32 : byte
            let isLetter = (UInt8(ascii: "a")...UInt8(ascii: "z")).contains(lower)
            if !isLetter || (isUpper && wasLower) { words.append("") }
            wasLower = isLetter && !isUpper
            guard isLetter else { continue }
            words[words.count - 1].append(Character(Unicode.Scalar(lower)))
        }
        return words.filter { !$0.isEmpty }
    }

    /// Whether the value may also be the path of a file with the secret: `--key`, `--cookie`.
    static func mayBePath(_ name: some Sequence<UInt8>) -> Bool {
        let words = words(of: name)
        guard let last = words.last, !words.contains("secret") else { return false }
        guard last == "key" else { return ["privatekey", "credentials", "cookie", "cookies"].contains(last) }
        return words.count == 1 || pathKeys.contains(words[words.count - 2])
    }

    /// Whether the name is an HTTP header whose whole line is a secret: `Authorization: Bearer …`.
    static func isHeader(_ name: some Sequence<UInt8>) -> Bool {
        let name = String(decoding: Array(name), as: UTF8.self).lowercased()
        return name.hasSuffix("authorization") || name.hasSuffix("cookie") || name.hasSuffix("extraheader")
    }

    /// Whether a whole header is the setting's value: `http.extraHeader=X-Token X`.
    static func holdsHeader(_ name: some Sequence<UInt8>) -> Bool {
        let name = String(decoding: Array(name), as: UTF8.self).lowercased()
        return name.hasSuffix("authorization") || name.hasSuffix("extraheader")
    }
}

/// Whether a word itself looks like a secret, whatever comes before it.
enum SecretShape {
    private static let prefixes: [(text: StaticString, atLeast: Int)] = [
        ("ghp_", 24), ("gho_", 24), ("ghu_", 24), ("ghs_", 24), ("ghr_", 24), ("github_pat_", 24), ("glpat-", 20),
        ("xoxa-", 12), ("xoxb-", 12), ("xoxp-", 12), ("xoxr-", 12), ("xoxs-", 12), ("sk-", 24), ("sk_live_", 16),
        ("rk_live_", 16), ("AIza", 35), ("hvs.", 20), ("npm_", 36), ("pypi-", 40), ("dop_v1_", 32), ("SG.", 40),
    ]

    /// Letters, digits, `_`, `-` and `.` in one run.
    static func matches(_ word: ArraySlice<UInt8>) -> Bool {
        guard word.count >= 12 else { return false }
        for prefix in prefixes where word.count >= prefix.atLeast {
            if starts(word, prefix.text), word.contains(where: isDigit) || word.count > 40 { return true }
        }
        if word.count == 20, starts(word, "AKIA") || starts(word, "ASIA") {
            return word.allSatisfy { isDigit($0) || (UInt8(ascii: "A")...UInt8(ascii: "Z")).contains($0) }
        }
        // A JSON web token: base64 of `{"`, parts between dots.
        return starts(word, "eyJ") && word.count >= 20 && word.contains(UInt8(ascii: "."))
    }

    /// `Bearer` and `Basic` before something that may be a credential.
    static func isScheme(_ word: ArraySlice<UInt8>, before value: ArraySlice<UInt8>) -> Bool {
        if equals(word, "Bearer") || equals(word, "bearer") { return value.count >= 8 }
        guard equals(word, "Basic") || equals(word, "basic"), value.count >= 8 else { return false }
        return value.count % 4 == 0
            && value.contains { isDigit($0) || $0 == UInt8(ascii: "=") || (0x41...0x5A).contains($0) }
    }

    /// Whether the value looks like a path.
    static func isPath(_ value: ArraySlice<UInt8>) -> Bool {
        if ["/", "./", "../", "~/"].contains(where: { value.starts(with: $0.utf8) }) { return true }
        return [".pem", ".key", ".crt", ".json", ".txt", ".pub"].contains {
            value.suffix($0.utf8.count).elementsEqual($0.utf8)
        }
    }

    static func startsPEM(_ word: ArraySlice<UInt8>) -> Bool { starts(word, "-----BEGIN") }

    static func isDigit(_ byte: UInt8) -> Bool { (UInt8(ascii: "0")...UInt8(ascii: "9")).contains(byte) }

    private static func starts(_ word: ArraySlice<UInt8>, _ text: StaticString) -> Bool {
        text.withUTF8Buffer { word.starts(with: $0) }
    }

    private static func equals(_ word: ArraySlice<UInt8>, _ text: StaticString) -> Bool {
        text.withUTF8Buffer { word.elementsEqual($0) }
    }
}
