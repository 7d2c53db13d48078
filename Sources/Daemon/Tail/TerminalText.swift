/// Makes text from others safe for a terminal.
enum TerminalText {
    /// Writes control characters as `\u{…}`, and also those that change the direction of text or break lines. So no
    /// name can control the terminal or forge a line.
    static func safe(_ text: String) -> String {
        guard text.unicodeScalars.contains(where: isUnsafe) else { return text }
        return text.unicodeScalars.map { isUnsafe($0) ? "\\u{\(String($0.value, radix: 16))}" : String($0) }.joined()
    }

    /// A JSON text on one line. Line breaks can only be between its tokens, where a space does the same.
    ///
    /// - Parameter isForTerminal: whether to escape the control characters that JSON allows in strings (DEL and C1).
    static func line(json: [UInt8], isForTerminal: Bool) -> [UInt8] {
        let line = json.map { $0 == 0x0a || $0 == 0x0d ? 0x20 : $0 }
        guard isForTerminal else { return line }
        let text = String(decoding: line, as: UTF8.self)
        guard text.unicodeScalars.contains(where: { (0x7f...0x9f).contains($0.value) }) else { return line }
        return text.unicodeScalars.flatMap { scalar -> [UInt8] in
            guard (0x7f...0x9f).contains(scalar.value) else { return Array(String(scalar).utf8) }
            return Array("\\u00\(String(scalar.value, radix: 16))".utf8)
        }
    }

    private static func isUnsafe(_ scalar: Unicode.Scalar) -> Bool {
        switch scalar.properties.generalCategory {
        case .control, .format, .lineSeparator, .paragraphSeparator: true
        default: false
        }
    }
}
