import Glibc

/// A POSIX extended regular expression for `--redact`: what it finds in a command line becomes `***`.
package final class RedactionPattern: @unchecked Sendable {
    // @unchecked: written in init and freed in deinit alone; regexec(3) only reads it and is MT-safe.
    private let compiled: UnsafeMutablePointer<regex_t>

    /// nil where the text is no regular expression, or one that finds nothing everywhere, as `x*` does.
    package init?(_ text: String) {
        let compiled = UnsafeMutablePointer<regex_t>.allocate(capacity: 1)
        compiled.initialize(to: regex_t())
        guard !text.isEmpty, regcomp(compiled, text, REG_EXTENDED) == 0 else {
            compiled.deallocate()
            return nil
        }
        self.compiled = compiled
        if find(in: [0], from: 0, flags: 0) != nil { return nil }
    }

    deinit {
        regfree(compiled)
        compiled.deallocate()
    }

    /// The line with every match masked.
    package func masked(_ line: [UInt8]) -> [UInt8] {
        let text = line + [0]
        var result: [UInt8] = []
        var start = 0
        while let found = find(in: text, from: start, flags: start == 0 ? 0 : REG_NOTBOL), !found.isEmpty {
            result += text[start..<found.lowerBound] + Array("***".utf8)
            start = found.upperBound
        }
        return start == 0 ? line : result + line[start...]
    }

    private func find(in text: [UInt8], from start: Int, flags: CInt) -> Range<Int>? {
        text.withUnsafeBytes { bytes in
            guard let base = bytes.baseAddress else { return nil }
            var match = regmatch_t()
            let place = (base + start).assumingMemoryBound(to: CChar.self)
            guard regexec(compiled, place, 1, &match, flags) == 0, match.rm_so >= 0 else { return nil }
            return start + Int(match.rm_so)..<start + Int(match.rm_eo)
        }
    }
}
