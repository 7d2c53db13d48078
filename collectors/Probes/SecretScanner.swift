/// Walks over one argument, which may itself be a whole script, and masks the secrets in it.
struct SecretScanner {
    private let text: [UInt8]
    private var output: [UInt8] = []
    private var index = 0
    /// The argument ends where a secret would begin: `--password`, `token=`.
    private(set) var endsBeforeSecret = false

    init(_ text: [UInt8]) {
        self.text = text
    }

    mutating func redacted() -> [UInt8] {
        output.reserveCapacity(text.count)
        while index < text.count {
            if Self.isName(text[index]) {
                readName()
            } else if startsURLAuthority {
                maskUserInformation()
            } else {
                output.append(text[index])
                index += 1
            }
        }
        return output
    }

    private static func isName(_ byte: UInt8) -> Bool {
        switch byte {
        case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
            UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "_"), UInt8(ascii: "-"), UInt8(ascii: "."):
            true
        default: false
        }
    }

    private static func isBlank(_ byte: UInt8) -> Bool { byte <= UInt8(ascii: " ") }

    private static func isQuote(_ byte: UInt8) -> Bool { byte == UInt8(ascii: "\"") || byte == UInt8(ascii: "'") }

    private mutating func readName() {
        let start = index
        while index < text.count, Self.isName(text[index]) { index += 1 }
        let name = text[start..<index]
        output.append(contentsOf: name)
        guard SecretWord.matches(name) else { return }
        let isOption = name.first == UInt8(ascii: "-")
        // "password": "x" carries a quote between the name and the colon.
        if index + 1 < text.count, Self.isQuote(text[index]), Self.separates(text[index + 1]) { pass() }
        if index < text.count, Self.separates(text[index]) {
            let isHeader = text[index] == UInt8(ascii: ":")
            guard !startsURL(at: index) else { return }
            pass()
            passBlanks()
            maskValue(toEndOfText: isHeader && (SecretWord.isHeader(name)))
        } else if isOption, index < text.count, Self.isBlank(text[index]) {
            passBlanks()
            maskValue(toEndOfText: false)
        } else if isOption, index == text.count {
            endsBeforeSecret = true
        }
    }

    private static func separates(_ byte: UInt8) -> Bool { byte == UInt8(ascii: "=") || byte == UInt8(ascii: ":") }

    private func startsURL(at position: Int) -> Bool {
        text[position...].starts(with: "://".utf8)
    }

    private mutating func pass() {
        output.append(text[index])
        index += 1
    }

    private mutating func passBlanks() {
        while index < text.count, Self.isBlank(text[index]) { pass() }
    }

    /// Masks up to the closing quote, or to the next blank or delimiter.
    private mutating func maskValue(toEndOfText: Bool) {
        guard index < text.count else {
            endsBeforeSecret = true
            return
        }
        if toEndOfText {
            index = text.count
        } else if Self.isQuote(text[index]) {
            let quote = text[index]
            pass()
            while index < text.count, text[index] != quote { index += 1 }
        } else {
            while index < text.count, !Self.ends(text[index]) { index += 1 }
        }
        output.append(contentsOf: CommandRedaction.mask)
    }

    private static func ends(_ byte: UInt8) -> Bool {
        isBlank(byte) || isQuote(byte) || byte == UInt8(ascii: "&") || byte == UInt8(ascii: ";")
    }

    private var startsURLAuthority: Bool {
        startsURL(at: index)
    }

    /// `://user:secret@host` becomes `://user:***@host`, `://secret@host` becomes `://***@host`.
    private mutating func maskUserInformation() {
        for _ in 0..<3 { pass() }
        let authority = text[index...].prefix { !Self.isBlank($0) && $0 != UInt8(ascii: "/") && !Self.isQuote($0) }
        guard let at = authority.lastIndex(of: UInt8(ascii: "@")) else { return }
        if let colon = authority[..<at].firstIndex(of: UInt8(ascii: ":")) {
            output.append(contentsOf: text[index...colon])
        }
        output.append(contentsOf: CommandRedaction.mask)
        index = at
    }
}
