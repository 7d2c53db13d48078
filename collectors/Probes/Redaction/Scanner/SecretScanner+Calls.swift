/// Secrets by their place in a call of SQL or of a script, where no name stands before them.
extension SecretScanner {
    /// By function, how many arguments a call has at least if a secret is among them:
    /// `mysql('h:3306','db','t','me','X')` of ClickHouse, `s3('https://…','key','X')`, `login('me','X')`, `new PDO('mysql:…','me','X')`.
    private static let calls: [String: Int] = {
        var calls: [String: Int] = [:]
        for name in ["mysql", "postgresql", "mongodb", "remote", "remotesecure", "redis", "externaldistributed"] {
            calls[name] = 4
        }
        for name in [
            "s3", "s3cluster", "gcs", "oss", "cosn", "iceberg", "deltalake", "hudi", "azureblobstorage", "pdo",
            "mysqli", "mysqli_connect", "mysqli_real_connect", "mysql_connect", "oci_connect", "getconnection",
            "connect", "ldap_bind", "ftp_login", "odbc_connect", "ftp", "ftp_tls", "minio", "create_superuser",
            "create_user",
        ] { calls[name] = 3 }
        for name in [
            "pgp_sym_encrypt", "pgp_sym_decrypt", "aes_encrypt", "aes_decrypt", "crypt", "encrypt", "decrypt", "sign",
            "verify", "compare_digest", "login", "authenticate", "simple_bind_s", "simple_bind", "httpbasicauth",
            "httpdigestauth", "basic_auth",
            "basicauth", "pscredential", "passwordauthentication", "usernamepasswordcredentials", "setbasicauth",
            "oauth2session", "session", "client",
        ] { calls[name] = 2 }
        return calls
    }()

    /// Calls whose first argument may be the secret as well: `crypt('X', gen_salt('bf'))`.
    private static let firsts: Set<String> = ["crypt", "encrypt", "decrypt", "compare_digest"]

    /// Hides all arguments but the first of a call that is known to take a secret: which of them it is depends on how
    /// many there are.
    mutating func maskCall(_ name: ArraySlice<UInt8>) -> Bool {
        guard index < text.count, text[index] == UInt8(ascii: "(") else { return false }
        // `MySQLdb.connect`, `s.login`.
        let start = name.lastIndex(of: UInt8(ascii: ".")).map { $0 + 1 } ?? name.startIndex
        if maskKeyedCall(name) { return true }
        guard name.endIndex - start <= 32,
            let least = Self.calls[String(decoding: name[start...], as: UTF8.self).lowercased()]
        else { return false }
        let call = arguments(from: index + 1)
        guard let comma = call.commas.first, call.commas.count + 1 >= least, call.quotes >= min(2, least - 1) else {
            return false
        }
        if Self.firsts.contains(String(decoding: name[start...], as: UTF8.self).lowercased()) {
            pass()
        } else {
            while index <= comma { pass() }
        }
        output.append(contentsOf: SecretMasking.mask)
        index = call.end
        return true
    }

    /// Words in the names of calls that take a key or a password, in whichever place: `hmac.new(b'X', m)`,
    /// `createCipheriv('aes-256-gcm', 'X', iv)`.
    private static let keyed: Set<String> = [
        "hmac", "fernet", "aes", "aesgcm", "chacha", "blowfish", "cipher", "cipheriv", "decipheriv", "scrypt", "bcrypt",
        "pbkdf", "argon", "hkdf", "hashpw", "crypt", "encrypt", "decrypt", "jwt", "signer", "serializer", "unlock",
        "authenticate",
    ]

    /// Hides all arguments of such a call where one of them is a text.
    private mutating func maskKeyedCall(_ name: ArraySlice<UInt8>) -> Bool {
        guard name.count <= 64, SecretWord.words(of: name).contains(where: Self.keyed.contains) else { return false }
        let call = arguments(from: index + 1)
        guard call.quotes > 0 else { return false }
        pass()
        output.append(contentsOf: SecretMasking.mask)
        index = call.end
        return true
    }

    /// `"X".toCharArray()`, `"X".getBytes()`: as Java's programs take a password or a key.
    mutating func maskCharacters() -> Bool {
        guard Self.isQuote(text[index]), let close = text[(index + 1)...].firstIndex(of: text[index]),
            [".toCharArray(", ".getBytes("].contains(where: { text[(close + 1)...].starts(with: $0.utf8) })
        else { return false }
        pass()
        output.append(contentsOf: SecretMasking.mask)
        index = close
        return true
    }

    /// `[NetworkCredential]::new('me', 'X')`: what stands behind the first of two colons is a call.
    mutating func maskConstruction() -> Bool {
        guard index < text.count, text[index] == UInt8(ascii: ":") else { return false }
        let call = text[(index + 1)...].drop(while: Self.isName)
        guard call.first == UInt8(ascii: "(") else { return false }
        while index <= call.startIndex { pass() }
        output.append(contentsOf: SecretMasking.mask)
        index = endOfBrackets(from: call.startIndex)
        return true
    }

    /// Where the commas between the arguments of a call stand, where it ends, and how many arguments are quoted.
    private func arguments(from start: Int) -> (commas: [Int], quotes: Int, end: Int) {
        var commas: [Int] = []
        var quotes = 0
        var depth = 0
        var position = start
        while position < text.count {
            let byte = text[position]
            if byte == UInt8(ascii: "\\") {
                position += 1
                // `\"` in a script within a script is a quote like any other.
                if position < text.count, Self.isQuote(text[position]) { continue }
            } else if Self.isQuote(byte) {
                if depth == 0 { quotes += 1 }
                position = text[(position + 1)...].firstIndex(of: byte) ?? text.count
            } else if byte == UInt8(ascii: "(") {
                depth += 1
            } else if byte == UInt8(ascii: ")") {
                if depth == 0 { return (commas, quotes, position) }
                depth -= 1
            } else if byte == UInt8(ascii: ","), depth == 0 {
                commas.append(position)
            }
            position += 1
        }
        return (commas, quotes, text.count)
    }

    /// `put_env("TOKEN", "X")`, `define('DB_PASSWORD', 'X')`: a call that gives a name a value; the quoted name that
    /// began at `start` has been passed. A list of names is none.
    mutating func maskSetting(start: Int) -> Bool {
        guard start > 1, index < text.count, Self.isQuote(text[index]), text[start - 1] == text[index],
            text[start - 2] == UInt8(ascii: "(")
        else { return false }
        let caller = String(
            decoding: text[..<(start - 2)].suffix(24).reversed().prefix { Self.isName($0) }.reversed(), as: UTF8.self
        ).lowercased()
        guard ["env", "set", "put", "define", "add", "opt", "conf", "param"].contains(where: caller.contains) else {
            return false
        }
        var end = index + 1
        while end < text.count, Self.isBlank(text[end]) || text[end] == UInt8(ascii: ",") { end += 1 }
        guard end > index + 1, end < text.count, Self.isQuote(text[end]) else { return false }
        while index < end { pass() }
        maskValue(name: text[start..<start])
        return true
    }
}
