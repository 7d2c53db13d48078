/// Text that others chose, made safe to show in a terminal.
enum TerminalText {
    /// Control characters, and those that change the direction of text or break lines, as `\u{…}`: no name can drive the
    /// terminal or forge a line.
    static func safe(_ text: String) -> String {
        guard text.unicodeScalars.contains(where: isUnsafe) else { return text }
        return text.unicodeScalars.map { isUnsafe($0) ? "\\u{\(String($0.value, radix: 16))}" : String($0) }.joined()
    }

    /// A JSON text on one line: what breaks lines stands between its tokens only, where a space is as good.
    ///
    /// - Parameter isForTerminal: escapes the controls that JSON lets stand in strings (DEL and C1), as JSON does.
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
