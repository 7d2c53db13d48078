import Glibc

/// A POSIX extended regular expression for `--pin`. It is compiled once, and matched with names and command lines.
package struct ProcessPattern: Sendable {
    private let expression: RegularExpression

    /// nil if the text is not a regular expression.
    package init?(_ text: String) {
        guard let expression = RegularExpression(text) else { return nil }
        self.expression = expression
    }

    /// Whether the expression is found anywhere in the bytes, up to the first NUL.
    package func matches(_ bytes: [UInt8]) -> Bool {
        expression.find(in: bytes + [0], from: 0) != nil
    }
}

/// A POSIX extended regular expression for `--redact`. Its matches in a command line become `***`.
package struct RedactionPattern: Sendable {
    private let expression: RegularExpression

    /// nil if the text is not a regular expression, or if it matches the empty text, like `x*`.
    package init?(_ text: String) {
        guard let expression = RegularExpression(text), expression.find(in: [0], from: 0) == nil else { return nil }
        self.expression = expression
    }

    /// The line with every match masked.
    package func masked(_ line: [UInt8]) -> [UInt8] {
        let text = line + [0]
        var result: [UInt8] = []
        var start = 0
        while let found = expression.find(in: text, from: start), !found.isEmpty {
            result += text[start..<found.lowerBound] + SecretMasking.mask
            start = found.upperBound
        }
        return start == 0 ? line : result + line[start...]
    }
}

/// A compiled `regex_t`, freed with the object.
private final class RegularExpression: @unchecked Sendable {
    // @unchecked: only init writes it and only deinit frees it. regexec(3) only reads it and is MT-safe.
    private let compiled: UnsafeMutablePointer<regex_t>

    /// nil if the text is not a regular expression.
    init?(_ text: String) {
        let compiled = UnsafeMutablePointer<regex_t>.allocate(capacity: 1)
        compiled.initialize(to: regex_t())
        guard !text.isEmpty, regcomp(compiled, text, REG_EXTENDED) == 0 else {
            compiled.deallocate()
            return nil
        }
        self.compiled = compiled
    }

    deinit {
        regfree(compiled)
        compiled.deallocate()
    }

    /// The first match at or after `start`. `text` ends with NUL.
    func find(in text: [UInt8], from start: Int) -> Range<Int>? {
        text.withUnsafeBytes { bytes in
            guard let base = bytes.baseAddress else { return nil }
            var match = regmatch_t()
            let place = (base + start).assumingMemoryBound(to: CChar.self)
            let status = regexec(compiled, place, 1, &match, start == 0 ? 0 : REG_NOTBOL)
            guard status == 0, match.rm_so >= 0 else { return nil }
            return start + Int(match.rm_so)..<start + Int(match.rm_eo)
        }
    }
}
