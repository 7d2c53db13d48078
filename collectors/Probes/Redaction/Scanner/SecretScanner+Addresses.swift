/// Addresses that are secrets themselves, and signatures in them.
extension SecretScanner {
    /// Everybody who has such an address may write there, so the part after these is the secret.
    private static let webhooks = [
        "hooks.slack.com/services/", "hooks.slack.com/workflows/", "hooks.slack.com/triggers/",
        "discord.com/api/webhooks/", "discordapp.com/api/webhooks/", "discord.com/api/v10/webhooks/",
        "hooks.zapier.com/hooks/", "api.telegram.org/bot",
        "api.telegram.org/file/bot",
        "outlook.office.com/webhook/", "outlook.office365.com/webhook/", "chat.googleapis.com/v1/spaces/",
        "a.rtmp.youtube.com/live2/", "live.twitch.tv/app/", "hc-ping.com/", "maker.ifttt.com/trigger/",
    ]

    /// Masks what stands behind the host of an address of that kind; `address` begins with the host.
    mutating func maskWebhook(_ address: ArraySlice<UInt8>) {
        guard let known = Self.webhooks.first(where: { address.starts(with: $0.utf8) }),
            address.count > known.utf8.count
        else { return maskTeamsWebhook(address) }
        output.append(contentsOf: known.utf8)
        output.append(contentsOf: SecretMasking.mask)
        index = address.endIndex
    }

    /// `NAME.webhook.office.com/webhookb2/X`: each company has a host of its own.
    private mutating func maskTeamsWebhook(_ address: ArraySlice<UInt8>) {
        let host = address.prefix { $0 != UInt8(ascii: "/") }
        guard host.endIndex < address.endIndex, host.suffix(19).elementsEqual(".webhook.office.com".utf8) else {
            return
        }
        output.append(contentsOf: host)
        output.append(UInt8(ascii: "/"))
        output.append(contentsOf: SecretMasking.mask)
        index = address.endIndex
    }

    /// `?code=X` of a login, `?sid=X`: a number or a word says something else.
    mutating func maskCode(_ name: ArraySlice<UInt8>) -> Bool {
        guard name.elementsEqual("code".utf8) || name.elementsEqual("sid".utf8), index < text.count,
            text[index] == UInt8(ascii: "=")
        else { return false }
        let value = text[(index + 1)...].prefix { !Self.ends($0) }
        guard !value.isEmpty, SecretMasking.unlessPlain.applies(to: value) else { return false }
        pass()
        output.append(contentsOf: SecretMasking.mask)
        index = value.endIndex
        return true
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
        "realm join", "password", "secret", "openssl", "gpg", "kubeseal", "load-key", "change-key", "gocryptfs",
        "encfs",
        "keyctl", "systemd-creds", "pass insert", "gopass", "credential", "wpa_", "bioctl", "geli", "token",
    ]

    private static let secretFiles = [
        ".netrc", ".pgpass", ".my.cnf", "credential", "token", "TOKEN", "/secrets/", ".key", ".pem", "id_rsa",
    ]

    /// `echo X | sudo -S …`, `echo X > ~/.netrc` in a script: what is written to a program that reads a password, or to a
    /// file that holds some.
    mutating func maskWritten(_ word: ArraySlice<UInt8>) -> Bool {
        guard ["echo", "printf", "yes"].contains(where: { word.elementsEqual($0.utf8) }),
            let end = endOfCommand(from: word.endIndex), "|>".utf8.contains(text[end])
        else { return false }
        guard Self.takeSecrets(text[(end + 1)...].prefix { $0 != UInt8(ascii: ";") && $0 != UInt8(ascii: "\n") })
        else { return false }
        output.append(contentsOf: word)
        output.append(UInt8(ascii: " "))
        output.append(contentsOf: SecretMasking.mask)
        output.append(UInt8(ascii: " "))
        index = end
        return true
    }

    /// Where a command of a script ends: at the first `|`, `>`, `;`, `&` or line end that is in no quotes.
    private func endOfCommand(from start: Int) -> Int? {
        var position = start
        while position < text.count, !"|>;&\n".utf8.contains(text[position]) {
            if Self.isQuote(text[position]) {
                position = text[(position + 1)...].firstIndex(of: text[position]) ?? text.count
            }
            position += 1
        }
        return position < text.count ? position : nil
    }

    /// Whether the commands read a password, or write to a file that holds secrets.
    private static func takeSecrets(_ commands: ArraySlice<UInt8>) -> Bool {
        let script = String(decoding: commands, as: UTF8.self)
        return (readers + secretFiles).contains { script.contains($0) }
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
        guard Self.takeSecrets(text[lineStart..<lineEnd]) else { return false }
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
        if text[index...].starts(with: "-- ".utf8) {
            for _ in 0..<3 { pass() }
            passBlanks()
        }
        maskValue(name: word)
        return true
    }

    /// Whether a word is the whole argument. Then it is not a script.
    func isArgument(_ word: ArraySlice<UInt8>) -> Bool { isWhole && word.count == text.count }
}
