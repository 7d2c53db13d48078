/// One reply of Redis in RESP2, copied out of the parser: it owns its bytes.
package enum RESPValue: Sendable, Equatable {
    case simple(String)
    case error(RESPServerError)
    case integer(Int64)
    case bulk([UInt8])
    case null
    case array([RESPValue])

    /// The bytes of a bulk or simple string.
    package var bytes: [UInt8]? {
        switch self {
        case .bulk(let bytes): bytes
        case .simple(let text): Array(text.utf8)
        case .error, .integer, .null, .array: nil
        }
    }

    /// A bulk or simple string as text; bytes that are not UTF-8 become U+FFFD.
    package var string: String? {
        switch self {
        case .bulk(let bytes): String(decoding: bytes, as: UTF8.self)
        case .simple(let text): text
        case .error, .integer, .null, .array: nil
        }
    }

    /// An integer reply, or a string that holds one whole decimal integer.
    package var integer: Int64? {
        if case .integer(let value) = self { return value }
        return string.flatMap(Int64.init)
    }

    /// An integer reply, or a string that holds a floating-point number (the form of scores, `inf` and `nan` included).
    package var double: Double? {
        if case .integer(let value) = self { return Double(value) }
        return string.flatMap(Double.init)
    }

    package var array: [RESPValue]? {
        if case .array(let elements) = self { return elements }
        return nil
    }

    package var error: RESPServerError? {
        if case .error(let error) = self { return error }
        return nil
    }
}

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
