/// Whether a word is a secret by its own looks, whatever stands before it.
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

    static func startsPEM(_ word: ArraySlice<UInt8>) -> Bool { starts(word, "-----BEGIN") }

    static func isDigit(_ byte: UInt8) -> Bool { (UInt8(ascii: "0")...UInt8(ascii: "9")).contains(byte) }

    private static func starts(_ word: ArraySlice<UInt8>, _ text: StaticString) -> Bool {
        text.withUTF8Buffer { word.starts(with: $0) }
    }

    private static func equals(_ word: ArraySlice<UInt8>, _ text: StaticString) -> Bool {
        text.withUTF8Buffer { word.elementsEqual($0) }
    }
}
