/// Whether a name, such as an option's or a variable's, looks as if its value were a secret.
enum SecretWord {
    private static let parts = [
        "password", "passwd", "passphrase", "secret", "token", "credential", "apikey", "authorization", "cookie",
    ]
    private static let wholes: Set<String> = ["key", "pass", "pwd", "pw", "auth", "psk"]

    /// Compares without case; `DB_PASS`, `apiKey`, `--access-token` and `x-api-key` all match.
    static func matches(_ name: some Sequence<UInt8>) -> Bool {
        var words: [String] = [""]
        var flat = ""
        var wasLower = false
        for byte in name {
            let isUpper = (UInt8(ascii: "A")...UInt8(ascii: "Z")).contains(byte)
            let lower = isUpper ? byte + 32 : byte
            let isLetter = (UInt8(ascii: "a")...UInt8(ascii: "z")).contains(lower)
            if !isLetter || (isUpper && wasLower) { words.append("") }
            wasLower = isLetter && !isUpper
            guard isLetter else { continue }
            let character = Character(Unicode.Scalar(lower))
            words[words.count - 1].append(character)
            flat.append(character)
        }
        return words.contains(where: wholes.contains) || parts.contains { contains(flat, $0) }
    }

    private static func contains(_ text: String, _ part: String) -> Bool {
        let (text, part) = (Array(text.utf8), Array(part.utf8))
        guard text.count >= part.count else { return false }
        return (0...(text.count - part.count)).contains { text[$0..<$0 + part.count].elementsEqual(part) }
    }

    /// Whether the name is an HTTP header whose whole line is a secret: `Authorization: Bearer …`.
    static func isHeader(_ name: some Sequence<UInt8>) -> Bool {
        let name = String(decoding: Array(name), as: UTF8.self).lowercased()
        return name.hasSuffix("authorization") || name.hasSuffix("cookie")
    }
}
