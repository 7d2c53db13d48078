/// Walks over one argument, which may be a whole script, and masks the secrets in it.
struct SecretScanner {
    let text: [UInt8]
    /// Whether the argument stands behind the program's name, so that it is no title made of many words.
    let isWhole: Bool
    var context: RedactionContext
    var output: [UInt8] = []
    var index = 0

    init(_ text: [UInt8], isFirst: Bool, context: RedactionContext) {
        self.text = text
        self.context = context
        isWhole = !isFirst
    }

    /// The text with its secrets masked; it may end once it has `enough` bytes.
    mutating func redacted(upTo enough: Int) -> [UInt8] {
        output.reserveCapacity(min(text.count, enough) + 64)
        if let pending = context.pending {
            context.pending = nil
            let isOption = pending.optionPrefix.map { prefix in prefix.withUTF8Buffer { text.starts(with: $0) } }
            // `-u` is many things: only `name:secret` shows that it is a login.
            let isLogin = pending.masking != .afterColon || isLogin(text[...])
            if isOption != true, isLogin, pending.masking.applies(to: text) {
                if pending.further > 0 {
                    context.pending = .init(
                        masking: pending.masking, optionPrefix: pending.optionPrefix, further: pending.further - 1)
                }
                return pending.masking.masked(text)
            }
        }
        while index < text.count, output.count < enough, !context.hidesRest {
            if isWordStart, readWord() { continue }
            guard index < text.count else { break }
            if Self.isName(text[index]) {
                readName()
            } else if startsURL(at: index) {
                maskUserInformation()
            } else if !maskCharacters() {
                pass()
            }
        }
        return output
    }

    // MARK: Names and values

    private mutating func readName() {
        let start = index
        while index < text.count, Self.isName(text[index]) { index += 1 }
        let name = text[start..<index]
        if SecretShape.startsPEM(name) { return maskPEM() }
        if SecretShape.matches(name) { return output.append(contentsOf: SecretMasking.mask) }
        output.append(contentsOf: name)
        guard index < text.count || name.first == UInt8(ascii: "-") else { return }
        if maskScheme(name) { return }
        let isQuery = start > 0 && (text[start - 1] == UInt8(ascii: "&") || text[start - 1] == UInt8(ascii: "?"))
        // In a query, or the header that AWS has.
        let isSignature = Self.isSignature(name) && (isQuery || name.first == UInt8(ascii: "S"))
        let isOption = name.first == UInt8(ascii: "-")
        if namesPartner(name) || isQuery && maskCode(name) { return }
        guard SecretWord.matches(name) || isSignature else {
            // Only where it is clearly a name: "session: opened" is a sentence.
            let isName = isOption || index < text.count && text[index] == UInt8(ascii: "=")
            if !isName || !SecretWord.mayMatch(name) { return maskOtherwise(name, isOption: isOption) }
            return maskBehindName(name, isOption: isOption, start: start)
        }
        if maskElement(start: start) || maskSetting(start: start) || maskPartner(start: start) { return }
        if maskTuple(start: start) || maskColumns() { return }
        maskBehindName(name, isOption: isOption, start: start)
    }

    /// Masks what the value of a name is, if one follows.
    mutating func maskBehindName(_ name: ArraySlice<UInt8>, isOption: Bool, start: Int) {
        let quote = closingQuote(before: start)
        // "password": "x" carries a quote between the name and the colon, in a string of JSON a backslash too.
        if let end = separatorBehindName(isOption: isOption) {
            while index < end { pass() }
        }
        if index < text.count, Self.separates(text[index]) {
            let isColon = text[index] == UInt8(ascii: ":")
            guard !startsURL(at: index), !(isColon && isInsidePath(start)) else { return }
            pass()
            if isColon, maskBlock(below: start) { return }
            // `API_KEYS=a;b c`, which is one argument and no script.
            if !isColon, start == 0, isWhole, SecretWord.isPlural(name) { return mask(to: text.count, name: name) }
            // `--password=` and what follows is one value, whatever it holds; not so in a title or a script.
            if isOption, !isColon, start == 0, isWhole { return mask(to: text.count, name: name) }
            // `:=`, `=>`, `==` in scripts.
            while index < text.count, text[index] == UInt8(ascii: "=") || text[index] == UInt8(ascii: ">") { pass() }
            passBlanks()
            // `N'x'`, `b"x"`: kinds of texts in SQL and Python.
            if index + 1 < text.count, "ENXbr".utf8.contains(text[index]), Self.isQuote(text[index + 1]) { pass() }
            // `"Password:"` is a question, and the quote behind it no value's.
            if isColon, quote != nil, endsText(quote) { return }
            if isColon, maskConstruction() { return }
            // `tokens = f(x)` is a program; a list would stand in quotes or brackets.
            if SecretWord.isPlural(name), isCode() { return }
            let toEnd = isColon ? SecretWord.isHeader(name) : SecretWord.holdsHeader(name)
            maskValue(name: name, toEnd: toEnd, quote: quote)
            // `key: bytes = b'X'`: what was hidden is the value's type.
            if isColon, let value = valueBehindType() {
                while index < value { pass() }
                maskValue(name: name)
            }
            maskAlternative(name)
        } else if isOption, index < text.count, Self.isBlank(text[index]) {
            passBlanks()
            guard !text[index...].starts(with: "--".utf8) else { return }
            maskValue(name: name)
        } else if !isOption, passToQuotedValue() {
            maskValue(name: name)
            maskFurtherArguments()
        } else if !isOption, maskDollarQuoted() || maskBareValue(name, start: start) {
            return
        } else if isOption, index == text.count {
            context.pending = .init(masking: SecretWord.masking(of: name), optionPrefix: "--")
            // `--tokens a b c`.
            if SecretWord.isPlural(name) { context.pending?.further = 7 }
        }
    }

    /// Whether a quote that stands here ends the text around it.
    private func endsText(_ quote: UInt8?) -> Bool {
        guard index < text.count, text[index] == quote else { return false }
        return index + 1 == text.count || Self.isBlank(text[index + 1]) || ";,)".utf8.contains(text[index + 1])
    }

    /// Where the `=` or `:` behind a name stands, quotes, closing brackets and blanks between them passed over:
    /// `os.environ["X"] = `; nil if none follows.
    private func separatorBehindName(isOption: Bool) -> Int? {
        var end = endOfQuote(at: index) ?? index
        // `user%5Bpassword%5D=X`, as a browser sends brackets.
        if text[end...].starts(with: "%5D".utf8) || text[end...].starts(with: "%5d".utf8) { end += 3 }
        let closings = [UInt8(ascii: "]"), UInt8(ascii: ")"), UInt8(ascii: "}")]
        if end < text.count, closings.contains(text[end]) { end += 1 }
        while !isOption, end < text.count, Self.isBlank(text[end]) { end += 1 }
        return end > index && end < text.count && Self.separates(text[end]) ? end : nil
    }

    /// Moves to the quote of a value that no separator stands before: `PASSWORD 'x'`, `PASSWORD('x')` in SQL.
    mutating func passToQuotedValue() -> Bool {
        var end = index
        while end < text.count, Self.isBlank(text[end]) { end += 1 }
        // `password -> "x"`, `(pass . "x")`.
        if text[end...].starts(with: "-> ".utf8) { end += 3 }
        if text[end...].starts(with: ". ".utf8) { end += 2 }
        if text[end...].starts(with: "to ".utf8) { end += 3 }
        if end < text.count, text[end] == UInt8(ascii: "(") { end += 1 }
        // `E'x'`, `N'x'`: kinds of texts in SQL.
        if end > index, end + 1 < text.count, "ENX".utf8.contains(text[end]), Self.isQuote(text[end + 1]) { end += 1 }
        // `ConvertTo-SecureString @'`: a text of many lines.
        let isLong = end < text.count && text[end] == UInt8(ascii: "@")
        guard end > index, endOfQuote(at: isLong ? end + 1 : end) != nil else { return false }
        while index < end { pass() }
        return true
    }

    /// `auth('me', 'x')`: nobody knows which of them is the secret.
    private mutating func maskFurtherArguments() {
        guard index + 1 < text.count, Self.isQuote(text[index]), text[index + 1] == UInt8(ascii: ","),
            let close = text[index...].firstIndex(of: UInt8(ascii: ")"))
        else { return }
        pass()
        pass()
        output.append(contentsOf: SecretMasking.mask)
        index = close
    }

    /// Masks a value: in quotes, in brackets, or up to the next blank or delimiter.
    mutating func maskValue(name: ArraySlice<UInt8>, toEnd: Bool = false, quote: UInt8? = nil) {
        guard index < text.count else {
            context.pending = .init(masking: .whole, optionPrefix: "--")
            return
        }
        if toEnd {
            mask(to: quote.flatMap { text[index...].firstIndex(of: $0) } ?? text.count, name: name)
        } else if maskTripleQuoted() || maskHereStringOfPowerShell() {
            return
        } else if let opened = endOfQuote(at: index) {
            let mark = Array(text[index..<opened])
            while index < opened { pass() }
            mask(to: endOfValue(closedBy: mark), name: name)
            // `"a"X` is one word to the shell.
            if mark.count == 1, index + 1 < text.count, Self.isName(text[index + 1]) {
                index = endOfShellWord(from: index + 1)
            }
        } else if Self.closing(text[index]) != nil {
            mask(to: endOfBrackets(from: index), name: name)
            // `[PSCredential]::new('me', 'X')` is a value of two brackets.
            if text[index...].starts(with: "]::new(".utf8) {
                for _ in 0..<7 { pass() }
                output.append(contentsOf: SecretMasking.mask)
                index = endOfBrackets(from: index - 1)
            }
        } else if text[index...].starts(with: "$(".utf8) {
            mask(to: text[index...].firstIndex(of: UInt8(ascii: ")")) ?? text.count, name: name)
        } else {
            mask(to: endOfCompoundValue(), name: name)
        }
    }

    private mutating func mask(to end: Int, name: ArraySlice<UInt8>) {
        let value = text[index..<end]
        output.append(contentsOf: SecretWord.masking(of: name).masked(value))
        index = end
    }

    /// Where an unquoted value ends. A backslash includes the next byte.
    func endOfBareValue() -> Int {
        var end = index
        while end < text.count, !Self.ends(text[end]) {
            end += text[end] == UInt8(ascii: "\\") ? 2 : 1
        }
        return min(end, text.count)
    }

    /// Where a quoted value ends: at the same quote with the same number of backslashes in front.
    private func endOfValue(closedBy mark: [UInt8]) -> Int {
        guard let quote = mark.last else { return text.count }
        var end = index
        var backslashes = 0
        while end < text.count {
            if text[end] == UInt8(ascii: "\\") {
                backslashes += 1
            } else {
                if text[end] == quote, backslashes <= mark.count - 1 { return end - min(backslashes, mark.count - 1) }
                backslashes = 0
            }
            end += 1
        }
        return text.count
    }

    /// Behind a quote at `position`, with the backslashes that may stand before it; nil if there is none.
    func endOfQuote(at position: Int) -> Int? {
        var end = position
        while end < text.count, text[end] == UInt8(ascii: "\\") { end += 1 }
        return end < text.count && Self.isQuote(text[end]) ? end + 1 : nil
    }

    private func closingQuote(before start: Int) -> UInt8? {
        start > 0 && Self.isQuote(text[start - 1]) ? text[start - 1] : nil
    }

    /// `/etc/passwd:/etc/passwd` is a path; `/password:x` is an option.
    private func isInsidePath(_ start: Int) -> Bool {
        guard start > 1, text[start - 1] == UInt8(ascii: "/") else { return false }
        return !Self.isBlank(text[start - 2])
    }
}

// MARK: Things known by their looks

extension SecretScanner {
    /// `Bearer TOKEN`, also where no header's name stands before it.
    private mutating func maskScheme(_ name: ArraySlice<UInt8>) -> Bool {
        guard index < text.count, text[index] == UInt8(ascii: " ") else { return false }
        let value = text[(index + 1)...].prefix { !Self.isBlank($0) && !Self.isQuote($0) }
        guard SecretShape.isScheme(name, before: value) else { return false }
        pass()
        output.append(contentsOf: SecretMasking.mask)
        index = value.endIndex
        return true
    }

    /// `-----BEGIN …` to the dashes behind `-----END …`, or to the end.
    private mutating func maskPEM() {
        output.append(contentsOf: SecretMasking.mask)
        let end = Array("-----END".utf8)
        while index < text.count, !text[index...].starts(with: end) { index += 1 }
        index = min(index + end.count, text.count)
        while index < text.count, text[index] != UInt8(ascii: "-") { index += 1 }
        while index < text.count, text[index] == UInt8(ascii: "-") { index += 1 }
    }

    func startsURL(at position: Int) -> Bool {
        text[position] == UInt8(ascii: ":") && text[position...].starts(with: "://".utf8)
    }

    /// `://user:secret@host` becomes `://user:***@host`, `://secret@host` becomes `://***@host`.
    mutating func maskUserInformation() {
        for _ in 0..<3 { pass() }
        let whole = text[index...].prefix { !Self.isBlank($0) && !Self.isQuote($0) }
        let authority = whole.prefix { $0 != UInt8(ascii: "/") && $0 != UInt8(ascii: "?") && $0 != UInt8(ascii: "#") }
        let colon = authority.firstIndex(of: UInt8(ascii: ":"))
        var at = authority.lastIndex(of: UInt8(ascii: "@"))
        if at == nil, let colon, !authority[(colon + 1)...].allSatisfy({ (0x30...0x39).contains($0) }) {
            // A secret with a slash in it, which it should not have.
            at = whole.lastIndex(of: UInt8(ascii: "@"))
        }
        guard let at else { return maskWebhook(whole) }
        if let colon, colon < at, !Self.isNoSecret(text[(colon + 1)..<at]) {
            output.append(contentsOf: text[index...colon])
        }
        output.append(contentsOf: SecretMasking.mask)
        index = at
    }
}

// MARK: Bytes

extension SecretScanner {
    static func isName(_ byte: UInt8) -> Bool {
        switch byte {
        case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
            UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "_"), UInt8(ascii: "-"), UInt8(ascii: "."):
            true
        default: false
        }
    }

    static func isBlank(_ byte: UInt8) -> Bool { byte <= UInt8(ascii: " ") }

    static func isQuote(_ byte: UInt8) -> Bool { byte == UInt8(ascii: "\"") || byte == UInt8(ascii: "'") }

    static func separates(_ byte: UInt8) -> Bool { byte == UInt8(ascii: "=") || byte == UInt8(ascii: ":") }

    static func ends(_ byte: UInt8) -> Bool {
        isBlank(byte) || isQuote(byte) || byte == UInt8(ascii: "&") || byte == UInt8(ascii: ";")
    }

    mutating func pass() {
        output.append(text[index])
        index += 1
    }

    mutating func passBlanks() {
        while index < text.count, Self.isBlank(text[index]) { pass() }
    }
}
