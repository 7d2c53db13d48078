/// Secrets in what a script changes: texts that are replaced, and names that are given values together.
extension SecretScanner {
    /// `s/password=.*/password=X/` of sed and its like: hides what is put in where the script or the command line speaks
    /// of secrets. `word` is the first of the script.
    mutating func maskEdit(_ word: ArraySlice<UInt8>) -> Bool {
        guard context.isStreamEditor, let edit = edit(from: index) else { return false }
        guard context.traits.isOfSecrets || namesSecret(text[edit.pattern]) || namesSecret(text[edit.replacement])
        else {
            return false
        }
        while index < edit.replacement.lowerBound { pass() }
        // Nothing is put in where something is deleted.
        if !edit.replacement.isEmpty { output.append(contentsOf: SecretMasking.mask) }
        index = edit.replacement.upperBound
        // Behind the delimiter, so that what follows is read as a word again: flags, and the next command.
        while index < text.count, !Self.isBlank(text[index]), !Self.isQuote(text[index]) { pass() }
        return true
    }

    /// Where the parts of an `s` command stand that begins here; any byte may be its delimiter.
    private func edit(from start: Int) -> (pattern: Range<Int>, replacement: Range<Int>)? {
        guard start + 1 < text.count, text[start] == UInt8(ascii: "s") else { return nil }
        let delimiter = text[start + 1]
        guard !Self.isName(delimiter), !Self.isBlank(delimiter), !Self.isQuote(delimiter),
            delimiter != UInt8(ascii: "\\")
        else { return nil }
        guard let middle = end(of: delimiter, from: start + 2), let end = end(of: delimiter, from: middle + 1) else {
            return nil
        }
        return (start + 2..<middle, middle + 1..<end)
    }

    /// The next of the byte that no backslash stands before.
    private func end(of delimiter: UInt8, from start: Int) -> Int? {
        var position = start
        while position < text.count {
            if text[position] == delimiter { return position }
            position += text[position] == UInt8(ascii: "\\") ? 2 : 1
        }
        return nil
    }

    private func namesSecret(_ part: ArraySlice<UInt8>) -> Bool {
        part.split { !Self.isName($0) }.contains { SecretWord.matches($0) || SecretShape.matches($0) }
    }

    /// `user, password = 'me', 'X'`: the names have values in the same order, and all of them are hidden. The name that
    /// began at `start` has been passed.
    mutating func maskTuple(start: Int) -> Bool {
        func isListed(_ byte: UInt8) -> Bool { Self.isName(byte) || ", $*".utf8.contains(byte) }
        let before = text[..<start].reversed().prefix(while: isListed)
        let behind = text[index...].prefix(while: isListed)
        guard before.contains(UInt8(ascii: ",")) || behind.contains(UInt8(ascii: ",")) else { return false }
        // In brackets these are the arguments of a call.
        let opening = start - before.count
        guard opening == 0 || !"([{=".utf8.contains(text[opening - 1]),
            text[behind.endIndex...].first == UInt8(ascii: "=")
        else { return false }
        let values = text[(behind.endIndex + 1)...].drop(while: Self.isBlank)
        guard let first = values.first, Self.isQuote(first) else { return false }
        while index < values.startIndex { pass() }
        output.append(contentsOf: SecretMasking.mask)
        while index < text.count, text[index] != UInt8(ascii: ";"), text[index] != UInt8(ascii: "\n") {
            if Self.isQuote(text[index]), let close = text[(index + 1)...].firstIndex(of: text[index]) { index = close }
            index += 1
        }
        return true
    }

    /// `INSERT INTO t (name, password) VALUES ('me', 'X'), (…)`: hides the rows. The name of a column has been passed.
    mutating func maskColumns() -> Bool {
        let columns = text[index...].prefix { Self.isName($0) || ", `\"".utf8.contains($0) }
        guard text[columns.endIndex...].first == UInt8(ascii: ")") else { return false }
        let word = text[(columns.endIndex + 1)...].drop(while: Self.isBlank)
        let values = Array("values".utf8)
        guard word.prefix(values.count).map({ $0 | 0x20 }) == values,
            let open = word.dropFirst(values.count).first(where: { !Self.isBlank($0) }), open == UInt8(ascii: "("),
            let start = text[word.startIndex...].firstIndex(of: open)
        else { return false }
        while index <= start { pass() }
        output.append(contentsOf: SecretMasking.mask)
        while index < text.count, text[index] != UInt8(ascii: ";") {
            if Self.isQuote(text[index]), let close = text[(index + 1)...].firstIndex(of: text[index]) { index = close }
            index += 1
        }
        return true
    }

    /// Whether a value that begins here is neither quoted nor in brackets, with blanks before it as in a program.
    func isCode() -> Bool {
        guard index > 0, index < text.count, text[index - 1] == UInt8(ascii: " ") else { return false }
        return !Self.isQuote(text[index]) && Self.closing(text[index]) == nil && text[index] != UInt8(ascii: "@")
            && text[..<(index - 1)].last { $0 != UInt8(ascii: " ") } == UInt8(ascii: "=")
    }

    /// `@'` to the `'@` on a line of its own, and the same with double quotes, as PowerShell writes texts of many lines.
    mutating func maskHereStringOfPowerShell() -> Bool {
        let at = UInt8(ascii: "@")
        guard text[index] == at, index + 1 < text.count, Self.isQuote(text[index + 1]) else { return false }
        let quote = text[index + 1]
        for _ in 0..<2 { pass() }
        output.append(contentsOf: SecretMasking.mask)
        while index < text.count, text[index] != quote || index + 1 == text.count || text[index + 1] != at {
            index += 1
        }
        return true
    }
}
