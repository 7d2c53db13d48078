/// Secrets that stand behind a user's name, or behind words that name no secret.
extension SecretScanner {
    private static let userOptions: Set<String> = [
        "--user", "-u", "-U", "--username", "--proxy-user", "--login", "--proxy", "-user", "--basic-auth", "--userpass",
    ]
    /// `--rpc-login`, `-rpcauth`, `--http.basic`.
    private static let loginEndings = ["login", "auth", "user", "username", ".basic"]

    /// Takes a name that says nothing of a secret itself.
    mutating func maskOtherwise(_ name: ArraySlice<UInt8>, isOption: Bool) {
        if isOption {
            guard name.count <= 32 else { return }
            let text = String(decoding: name, as: UTF8.self)
            guard Self.userOptions.contains(text) || Self.loginEndings.contains(where: text.hasSuffix) else { return }
            maskBehindUserOption()
        } else if maskField(name) || maskCall(name) {
            return
        } else if context.traits.userIsKey, name.elementsEqual("user".utf8), endOfQuote(at: index) != nil {
            maskBehindName(name, isOption: false, start: index - name.count)
        } else if index < text.count, text[index] == UInt8(ascii: ":"), !startsURL(at: index) {
            maskBeforeAt()
        } else if maskValueOfSecret(name) {
            return
        } else if name.count <= 4,
            ["by", "as", "from", "to"].contains(String(decoding: name, as: UTF8.self).lowercased())
        {
            // IDENTIFIED BY 'x', also with a method in between; SET PASSWORD FROM 'x' TO 'y'.
            let before = text[max(0, index - 64)..<index].map { $0 | 0x20 }
            let isSecret = before.contains(Array("identified".utf8)) || before.contains(Array("set password".utf8))
            if isSecret, passToQuotedValue() { maskValue(name: name) }
        }
    }

    /// Fields that are secrets by what stands beside them: `u=root,p=X`, `secret,id=x,data=X`, `user=me%X`,
    /// `jdbc:oracle:thin:me/X@host`.
    private mutating func maskField(_ name: ArraySlice<UInt8>) -> Bool {
        guard index + 1 < text.count else { return false }
        let value = text[(index + 1)...].prefix { !Self.ends($0) && $0 != UInt8(ascii: ",") }
        let masked: [UInt8]
        if text[index] == UInt8(ascii: ":") {
            guard text[..<index].contains(Array("oracle:".utf8)), let at = value.firstIndex(of: UInt8(ascii: "@")),
                value[..<at].contains(UInt8(ascii: "/"))
            else { return false }
            masked = SecretMasking.afterSlash.masked(value[..<at]) + value[at...]
        } else if text[index] == UInt8(ascii: "=") {
            switch String(decoding: name, as: UTF8.self) {
            case "p" where text.contains(Array("u=".utf8)) && text.contains(UInt8(ascii: ",")),
                "data" where text.starts(with: "secret,".utf8):
                masked = SecretMasking.mask
            case "user" where context.traits.userIsKey: masked = SecretMasking.mask
            case "user" where isLogin(value), "username" where isLogin(value), "proxyauth" where isLogin(value):
                masked = SecretMasking.afterColon.masked(value)
            default: return false
            }
        } else {
            return false
        }
        pass()
        output.append(contentsOf: masked)
        index = value.endIndex
        return true
    }

    /// `--user name:secret`, `-U name%secret`; elsewhere a user has neither.
    private mutating func maskBehindUserOption() {
        guard index < text.count else {
            context.pending = .init(masking: .afterColon, optionPrefix: "-")
            return
        }
        guard text[index] == UInt8(ascii: "=") || Self.isBlank(text[index]) else { return }
        pass()
        passBlanks()
        if index < text.count, Self.isQuote(text[index]) { pass() }
        let value = text[index...].prefix { !Self.isBlank($0) && !Self.isQuote($0) }
        guard isLogin(value) else { return }
        output.append(contentsOf: SecretMasking.afterColon.masked(value))
        index = value.endIndex
    }

    /// Whether a word is `name:secret` or `name%secret`, and no path, address or URL.
    func isLogin(_ word: ArraySlice<UInt8>) -> Bool {
        let percent = word.firstIndex(of: UInt8(ascii: "%"))
        if let percent, percent > word.startIndex, percent + 1 < word.endIndex, !word.contains(UInt8(ascii: ":")) {
            return true
        }
        guard let colon = word.firstIndex(of: UInt8(ascii: ":")), colon > word.startIndex, colon + 1 < word.endIndex
        else { return false }
        let name = word[..<colon]
        return !word.contains(where: Self.isBlank) && !name.contains(UInt8(ascii: "/"))
            && !name.contains(UInt8(ascii: "=")) && !word[colon...].starts(with: "://".utf8)
    }

    /// `user:secret@tcp(host)`, `user:secret@host`; not `image:tag@sha256:…`, nor a path.
    private mutating func maskBeforeAt() {
        // `user:"secret"@host`.
        if let opened = endOfQuote(at: index + 1), let close = text[opened...].firstIndex(of: text[opened - 1]),
            text[(close + 1)...].first == UInt8(ascii: "@")
        {
            pass()
            output.append(contentsOf: SecretMasking.mask)
            index = close + 1
            return
        }
        let word = text[index...].prefix { !Self.isBlank($0) && !Self.isQuote($0) && $0 != UInt8(ascii: ",") }
        guard let at = word.lastIndex(of: UInt8(ascii: "@")), at > index + 1 else { return }
        let host = word[(at + 1)...]
        guard let first = host.first, !host.starts(with: "sha256:".utf8), !host.starts(with: "sha512:".utf8) else {
            return
        }
        let isDataSource = host.drop { $0 != UInt8(ascii: "(") }.first != nil
        let isHost = Self.isName(first) || first == UInt8(ascii: "[")
        guard isDataSource || (isHost && !word[..<at].contains(UInt8(ascii: "/"))) else { return }
        pass()
        output.append(contentsOf: SecretMasking.mask)
        index = at
    }
}

extension Collection where Element == UInt8, Index == Int {
    func contains(_ part: [UInt8]) -> Bool {
        guard count >= part.count, !part.isEmpty else { return part.isEmpty }
        // Byte by byte it was most of what a long line cost.
        let found = withContiguousStorageIfAvailable { bytes in
            (0...bytes.count - part.count).contains { start in
                bytes[start] == part[0] && (1..<part.count).allSatisfy { bytes[start + $0] == part[$0] }
            }
        }
        if let found { return found }
        return (startIndex...endIndex - part.count).contains { self[$0...].starts(with: part) }
    }
}
