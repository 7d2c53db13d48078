/// An error reply of Redis, such as `-WRONGTYPE Operation against a key…`.
package struct RESPServerError: Error, Sendable, Hashable, CustomStringConvertible {
    /// The first word where it is in capitals (`WRONGTYPE`, `NOAUTH`, `LOADING`, `ERR`…), else `ERR`.
    package let code: String
    /// The text after the code.
    package let message: String

    package init(code: String, message: String) {
        self.code = code
        self.message = message
    }

    /// Splits the text of an error reply, without its leading `-`.
    package init(parsing text: String) {
        let word = text.prefix { $0 != " " }
        let isCode = !word.isEmpty && word.utf8.allSatisfy { (0x41...0x5A).contains($0) || $0 == 0x5F }
        if isCode {
            self.init(code: String(word), message: String(text.dropFirst(word.count + 1)))
        } else {
            self.init(code: "ERR", message: text)
        }
    }

    package var description: String { "\(code) \(message)" }
}
