/// Where values begin and end that are more than one word in quotes.
extension SecretScanner {
    /// Where the bracket that opens at `start` is closed; those within quotes do not count.
    func endOfBrackets(from start: Int) -> Int {
        var depth = 0
        var opened: (quote: UInt8, backslashes: Int)?
        var backslashes = 0
        for position in start..<text.count {
            let byte = text[position]
            defer { backslashes = byte == UInt8(ascii: "\\") ? backslashes + 1 : 0 }
            if Self.isQuote(byte) {
                if let mark = opened {
                    if byte == mark.quote, backslashes <= mark.backslashes { opened = nil }
                } else {
                    opened = (byte, backslashes)
                }
            } else if opened == nil {
                if Self.closing(byte) != nil { depth += 1 }
                if "]})".utf8.contains(byte) { depth -= 1 }
                if depth == 0 { return position }
            }
        }
        return text.count
    }

    /// Where an unquoted value ends that may be a call, `bytes('X')`, or go on in quotes, `ab"X"`.
    func endOfCompoundValue() -> Int {
        let end = endOfBareValue()
        guard end > index, end < text.count, Self.isQuote(text[end]) else { return end }
        if let bracket = text[index..<end].lastIndex(of: UInt8(ascii: "(")),
            !text[bracket..<end].contains(UInt8(ascii: ")"))
        {
            return min(endOfBrackets(from: bracket) + 1, text.count)
        }
        let next = text[(end + 1)...].first
        // The quote that closes what is around the value.
        guard let next, !Self.isBlank(next), !Self.isQuote(next), !",;:.)]}|&>".utf8.contains(next) else { return end }
        return endOfShellWord(from: end)
    }

    /// Where the value stands behind a type: ` = b'X'` in `key: bytes = b'X'`.
    func valueBehindType() -> Int? {
        let rest = text[index...].drop(while: Self.isBlank)
        guard rest.startIndex > index, rest.first == UInt8(ascii: "="),
            rest.dropFirst().first.map(Self.isBlank) ?? false
        else { return nil }
        let value = rest.dropFirst().drop(while: Self.isBlank)
        let isKind = value.first.map("Nbr".utf8.contains) ?? false
        let start = value.startIndex + (isKind && (value.dropFirst().first.map(Self.isQuote) ?? false) ? 1 : 0)
        return start < text.count ? start : nil
    }

    /// `"""X"""` of Python.
    mutating func maskTripleQuoted() -> Bool {
        let mark = text[index...].prefix(3)
        guard mark.count == 3, Self.isQuote(mark[index]), mark.allSatisfy({ $0 == mark[index] }) else { return false }
        for _ in 0..<3 { pass() }
        output.append(contentsOf: SecretMasking.mask)
        index = text.indices[index...].first { text[$0...].starts(with: mark) } ?? text.count
        return true
    }

    /// `process.env.X ?? 'secret'`, `$X || "secret"`: what is taken where the first value is none.
    mutating func maskAlternative(_ name: ArraySlice<UInt8>) {
        let rest = text[index...].drop(while: Self.isBlank)
        guard rest.startIndex > index, let word = ["??", "||", "or "].first(where: { rest.starts(with: $0.utf8) })
        else { return }
        let value = rest.dropFirst(word.utf8.count).drop(while: Self.isBlank)
        guard let quote = value.first, Self.isQuote(quote) else { return }
        while index < value.startIndex { pass() }
        maskValue(name: name)
    }

    /// `PASSWORD $$X$$`, `PASSWORD $q$X$q$` of PostgreSQL.
    mutating func maskDollarQuoted() -> Bool {
        let dollar = UInt8(ascii: "$")
        let rest = text[index...].drop(while: Self.isBlank)
        guard rest.startIndex > index, rest.first == dollar, let tagEnd = rest.dropFirst().firstIndex(of: dollar),
            rest[(rest.startIndex + 1)..<tagEnd].allSatisfy(Self.isName)
        else { return false }
        let tag = Array(rest[...tagEnd])
        guard let close = text.indices[(tagEnd + 1)...].first(where: { text[$0...].starts(with: tag) }) else {
            return false
        }
        while index <= tagEnd { pass() }
        output.append(contentsOf: SecretMasking.mask)
        index = close
        return true
    }

    /// `stringData:` and the lines below it that stand further in.
    mutating func maskBlock(below start: Int) -> Bool {
        guard index < text.count, text[index] == UInt8(ascii: "\n") else { return false }
        func indent(_ line: ArraySlice<UInt8>) -> Int { line.prefix { $0 == UInt8(ascii: " ") }.count }
        let lineStart = text[..<start].lastIndex(of: UInt8(ascii: "\n")).map { $0 + 1 } ?? 0
        let own = indent(text[lineStart...])
        var end = index
        while end < text.count {
            let line = text[(end + 1)...].prefix { $0 != UInt8(ascii: "\n") }
            guard !line.isEmpty, indent(line) > own else { break }
            end = line.endIndex
        }
        guard end > index else { return false }
        output.append(UInt8(ascii: " "))
        output.append(contentsOf: SecretMasking.mask)
        index = end
        return true
    }

    /// `"data":{"any":"X"}`, `"value":"X"` in what a command sets that speaks of secrets.
    mutating func maskValueOfSecret(_ name: ArraySlice<UInt8>) -> Bool {
        guard context.traits.isOfSecrets, isWhole, !context.isQuery,
            name.elementsEqual("data".utf8) || name.elementsEqual("value".utf8)
        else { return false }
        var end = endOfQuote(at: index) ?? index
        let isQuoted = end > index
        guard end < text.count, text[end] == UInt8(ascii: ":") else { return false }
        let isObject = text[(end + 1)...].first { !Self.isBlank($0) }.map { $0 == UInt8(ascii: "{") } ?? false
        let isBlock = text[(end + 1)...].first == UInt8(ascii: "\n")
        guard isQuoted || isObject || isBlock, name.first == UInt8(ascii: "v") || isObject || isBlock else {
            return false
        }
        end += 1
        let start = index - name.count
        while index < end { pass() }
        if maskBlock(below: start) { return true }
        passBlanks()
        maskValue(name: name[name.startIndex..<name.startIndex])
        return true
    }
}
