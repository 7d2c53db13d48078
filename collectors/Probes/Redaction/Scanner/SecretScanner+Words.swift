/// What the words of a command line mean to its program.
extension SecretScanner {
    var isWordStart: Bool {
        index == 0 || Self.isBlank(text[index - 1]) || Self.isQuote(text[index - 1])
    }

    /// Reads the word that begins here as one of the program. Returns false if nothing of it was consumed.
    mutating func readWord() -> Bool {
        let word = text[index...].prefix { !Self.isBlank($0) && !Self.isQuote($0) }
        guard let first = word.first else { return false }
        if maskWritten(word) || maskTyped(word) || maskHereString(word) || maskSpoken(word) { return true }
        if maskRedisUser(word) || maskOracleLogin(word) || maskEdit(word) { return true }
        for option in context.options where read(option, in: word) { return true }
        if let option = context.optionByTraits(word), read(option, in: word) { return true }
        if first == UInt8(ascii: "-") {
            context.take(option: word)
        } else if let masking = context.take(word: word) {
            output.append(contentsOf: masking.masked(word))
            index = word.endIndex
            return true
        } else if isWhole, index == 0, word.count == text.count {
            return readArgument(word)
        }
        return false
    }

    /// `ACL SETUSER me >X #HASH`, `--user "me on >X"` of Redis; not where a script writes to a file.
    private mutating func maskRedisUser(_ word: ArraySlice<UInt8>) -> Bool {
        guard let first = word.first, "><#!".utf8.contains(first), word.count > 1,
            context.program.hasSuffix("-cli") || context.program.hasSuffix("-server"),
            isWhole && word.count == text.count || text[..<index].contains(Array(" on ".utf8))
        else { return false }
        output.append(first)
        output.append(contentsOf: SecretMasking.mask)
        index = word.endIndex
        return true
    }

    /// Reads an argument that is one word: what it stands for may be told by the one before it, or tell of the next.
    private mutating func readArgument(_ word: ArraySlice<UInt8>) -> Bool {
        let isAfterNameOption = context.isAfterNameOption
        context.isAfterNameOption = false
        guard isAfterNameOption || !(context.isReader || context.knowsPlaces),
            SecretWord.isNameOfNext(
                word, alone: isAfterNameOption || context.takesKeysAndValues || context.isAfterSetter)
        else {
            return false
        }
        output.append(contentsOf: word)
        index = word.endIndex
        context.pending = .init(masking: SecretWord.masking(of: word), optionPrefix: "-")
        // `set_password me X`: whose it is may come first.
        context.pending?.further = SecretWord.changesSecret(word) ? 1 : 0
        return true
    }

    private mutating func read(_ option: SecretOption, in word: ArraySlice<UInt8>) -> Bool {
        let name = Array(option.name.withUTF8Buffer { [UInt8]($0) })
        guard let length = lengthOfOption(name, in: word) else { return false }
        let isAlone = word.count == length
        // `-p"X"` in a script.
        let isBeforeQuote = isAlone && index + length < text.count && Self.isQuote(text[index + length])
        let isLong = name.starts(with: "--".utf8)
        switch option.place {
        case .attached: guard !isAlone || isBeforeQuote else { return false }
        case .next, .rest:
            guard isAlone else { return false }
            guard option.place == .rest || secretApplies(option, behind: length) else { return false }
        case .attachedOrNext:
            guard isAlone || !isLong || word[word.startIndex + length] == UInt8(ascii: "=") else {
                return false
            }
        }
        let isArgument = index == 0 && isWhole
        output.append(contentsOf: word.prefix(length))
        index += length
        if option.place == .rest {
            output.append(contentsOf: [UInt8(ascii: " ")] + SecretMasking.mask)
            context.hidesRest = true
        } else if isAlone {
            passBlanks()
            maskNext(option, endsWithOption: Array(text[index...].prefix(1)) == [UInt8(ascii: "-")])
        } else {
            if isLong { pass() }
            maskRest(to: isArgument ? text.count : max(word.endIndex, endOfShellWord()), option.masking)
        }
        return true
    }

    /// Whether what follows the option in the same text is something to hide; unknown where nothing follows.
    private func secretApplies(_ option: SecretOption, behind length: Int) -> Bool {
        let value = text[(index + length)...].drop { Self.isBlank($0) || Self.isQuote($0) }
            .prefix { !Self.isBlank($0) && !Self.isQuote($0) }
        return value.isEmpty || option.masking.applies(to: value)
    }

    /// Where a word of the shell ends, the quoted parts of it included.
    func endOfShellWord(from start: Int? = nil) -> Int {
        var end = start ?? index
        while end < text.count, !Self.isBlank(text[end]), !";&|)".utf8.contains(text[end]) {
            guard Self.isQuote(text[end]) else {
                end += 1
                continue
            }
            guard let closing = text[(end + 1)...].firstIndex(of: text[end]) else { return text.count }
            end = closing + 1
        }
        return end
    }

    /// How many bytes of the word are the option, switches of the same word before it included.
    private func lengthOfOption(_ name: [UInt8], in word: ArraySlice<UInt8>) -> Int? {
        if word.starts(with: name) { return name.count }
        guard name.count == 2, name[0] == UInt8(ascii: "-"), word.count > 2, word.first == name[0] else { return nil }
        let letters = context.clusterLetters.withUTF8Buffer { [UInt8]($0) }
        let switches = word.dropFirst().prefix { letters.contains($0) }
        guard !switches.isEmpty, switches.endIndex < word.endIndex, word[switches.endIndex] == name[1] else {
            return nil
        }
        return switches.count + 2
    }

    private mutating func maskNext(_ option: SecretOption, endsWithOption: Bool) {
        guard index < text.count else {
            context.pending = .init(masking: option.masking, optionPrefix: option.place == .next ? nil : "-")
            return
        }
        if endsWithOption, option.place != .next { return }
        if Self.isQuote(text[index]) {
            let quote = text[index]
            let end = text[(index + 1)...].firstIndex(of: quote) ?? text.count
            let wordEnd = endOfShellWord()
            if wordEnd > end + 1 {
                // `"me":"X"` is one word to the shell.
                maskRest(to: wordEnd, .whole)
            } else {
                pass()
                maskRest(to: end, option.masking)
            }
        } else {
            var end = index
            while end < text.count, !Self.isBlank(text[end]) { end += 1 }
            maskRest(to: end, option.masking)
        }
    }

    private mutating func maskRest(to end: Int, _ masking: SecretMasking) {
        output.append(contentsOf: masking.masked(text[index..<end]))
        index = end
    }
}
