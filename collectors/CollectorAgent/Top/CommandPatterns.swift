import Glibc

/// A POSIX extended regular expression for `--pin`: compiled once, matched against names and command lines.
package final class ProcessPattern: @unchecked Sendable {
    // @unchecked: written in init and freed in deinit alone; regexec(3) only reads it and is MT-safe.
    private let compiled: UnsafeMutablePointer<regex_t>

    /// nil where the text is no regular expression.
    package init?(_ text: String) {
        let compiled = UnsafeMutablePointer<regex_t>.allocate(capacity: 1)
        compiled.initialize(to: regex_t())
        guard !text.isEmpty, regcomp(compiled, text, REG_EXTENDED | REG_NOSUB) == 0 else {
            compiled.deallocate()
            return nil
        }
        self.compiled = compiled
    }

    deinit {
        regfree(compiled)
        compiled.deallocate()
    }

    /// Whether the expression is found anywhere in the bytes, up to the first NUL.
    package func matches(_ bytes: [UInt8]) -> Bool {
        (bytes + [0]).withUnsafeBytes { buffer in
            guard let base = buffer.baseAddress else { return false }
            return regexec(compiled, base.assumingMemoryBound(to: CChar.self), 0, nil, 0) == 0
        }
    }
}
