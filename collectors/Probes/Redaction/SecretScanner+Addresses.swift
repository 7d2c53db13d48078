/// Addresses that are secrets themselves, and signatures in them.
extension SecretScanner {
    /// Everybody who has such an address may write there, so the part after these is the secret.
    private static let webhooks = [
        "hooks.slack.com/services/", "hooks.slack.com/workflows/", "hooks.slack.com/triggers/",
        "discord.com/api/webhooks/", "discordapp.com/api/webhooks/", "api.telegram.org/bot",
        "api.telegram.org/file/bot",
        "outlook.office.com/webhook/", "outlook.office365.com/webhook/", "chat.googleapis.com/v1/spaces/",
        "a.rtmp.youtube.com/live2/", "live.twitch.tv/app/", "hc-ping.com/", "maker.ifttt.com/trigger/",
    ]

    /// Masks what stands behind the host of an address of that kind; `address` begins with the host.
    mutating func maskWebhook(_ address: ArraySlice<UInt8>) {
        guard let known = Self.webhooks.first(where: { address.starts(with: $0.utf8) }),
            address.count > known.utf8.count
        else { return }
        output.append(contentsOf: known.utf8)
        output.append(contentsOf: SecretMasking.mask)
        index = address.endIndex
    }

    /// If a token is in the place of the user, the password is empty or says so:
    /// `https://TOKEN:x-oauth-basic@github.com`.
    static func isNoSecret(_ password: ArraySlice<UInt8>) -> Bool {
        password.isEmpty || password.elementsEqual("x-oauth-basic".utf8) || password.elementsEqual("x".utf8)
    }

    /// A field of a query that grants access: `sig`, `X-Amz-Signature`.
    static func isSignature(_ name: ArraySlice<UInt8>) -> Bool {
        let lower = name.map { (0x41...0x5A).contains($0) ? $0 + 32 : $0 }
        return lower.elementsEqual("sig".utf8) || lower.suffix(9).elementsEqual("signature".utf8)
    }

    /// What closes a list or an object.
    static func closing(_ byte: UInt8) -> UInt8? {
        switch byte {
        case UInt8(ascii: "["): UInt8(ascii: "]")
        case UInt8(ascii: "{"): UInt8(ascii: "}")
        case UInt8(ascii: "("): UInt8(ascii: ")")
        default: nil
        }
    }

    private static let readers = [
        "sudo -S", "--stdin", "-stdin", "passwd", "cryptsetup", "su ", "passphrase", "kinit", "login", "unlock",
        "ssh-add",
        "realm join", "password", "secret", "openssl", "gpg",
    ]

    /// `echo X | sudo -S …` in a script: what is written to a program that reads a password.
    mutating func maskWritten(_ word: ArraySlice<UInt8>) -> Bool {
        guard ["echo", "printf", "yes"].contains(where: { word.elementsEqual($0.utf8) }),
            let pipe = text[word.endIndex...].firstIndex(of: UInt8(ascii: "|")),
            !text[word.endIndex..<pipe].contains(UInt8(ascii: ";"))
        else { return false }
        let reader = text[(pipe + 1)...].prefix { $0 != UInt8(ascii: ";") && $0 != UInt8(ascii: "|") }
        let script = String(decoding: reader, as: UTF8.self)
        guard Self.readers.contains(where: { script.contains($0) }) else { return false }
        output.append(contentsOf: word)
        output.append(UInt8(ascii: " "))
        output.append(contentsOf: SecretMasking.mask)
        output.append(UInt8(ascii: " "))
        index = pipe
        return true
    }

    /// `passwd --stdin me <<< X`: what a script gives a program to read.
    mutating func maskHereString(_ word: ArraySlice<UInt8>) -> Bool {
        guard !isArgument(word), word.starts(with: "<<".utf8) else { return false }
        guard word.starts(with: "<<<".utf8) else { return maskHereDocument() }
        for _ in 0..<3 { pass() }
        passBlanks()
        maskValue(name: word)
        return true
    }

    /// `passwd me <<EOF`, and what follows until the end.
    private mutating func maskHereDocument() -> Bool {
        guard let lineEnd = text[index...].firstIndex(of: UInt8(ascii: "\n")) else { return false }
        let lineStart = text[..<index].lastIndex(of: UInt8(ascii: "\n")).map { $0 + 1 } ?? 0
        let line = String(decoding: text[lineStart..<lineEnd], as: UTF8.self)
        guard Self.readers.contains(where: { line.contains($0) }) else { return false }
        while index <= lineEnd { pass() }
        output.append(contentsOf: SecretMasking.mask)
        index = text.count
        return true
    }

    /// `expect "assword:"; send "X\r"`: what a script types when it is asked.
    mutating func maskTyped(_ word: ArraySlice<UInt8>) -> Bool {
        guard !isArgument(word), word.elementsEqual("send".utf8),
            ["assword", "assphrase", "PIN"].contains(where: { text[..<index].contains(Array($0.utf8)) })
        else { return false }
        while index < word.endIndex { pass() }
        passBlanks()
        maskValue(name: word)
        return true
    }

    /// Whether a word is the whole argument. Then it is not a script.
    private func isArgument(_ word: ArraySlice<UInt8>) -> Bool { isWhole && word.count == text.count }
}
