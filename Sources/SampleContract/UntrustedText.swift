/// The beginning of untrusted bytes, made safe for a log line or a message.
package enum Excerpt {
    /// The first bytes. A backslash, and everything that is not visible ASCII, becomes `\xNN`. If the text is cut,
    /// `mark` follows.
    package static func of(_ bytes: some Collection<UInt8>, limit: Int = 80, mark: String = "") -> String {
        var text = ""
        for byte in bytes.prefix(limit) {
            switch byte {
            case 0x20...0x5b, 0x5d...0x7e: text.unicodeScalars.append(Unicode.Scalar(byte))
            default: text += escape(byte)
            }
        }
        return bytes.count > limit ? text + mark : text
    }

    /// A byte as `\xNN`.
    static func escape(_ byte: UInt8) -> String {
        #"\x"# + (byte < 16 ? "0" : "") + String(byte, radix: 16)
    }
}

/// A name as text. To the kernel, the names of devices, users, units and programs are bytes. Different names never look
/// the same here: invisible characters, and bytes that are not UTF-8, become `\xNN`.
///
/// Printable ASCII stays as it is. So does `\x2d` of systemd's own escapes, because that byte is never escaped here.
package enum NameText {
    package static func make(_ name: [UInt8]) -> [UInt8] {
        if name.allSatisfy({ isPlain($0) && $0 != UInt8(ascii: "\\") }) { return name }
        var text: [UInt8] = []
        var index = 0
        while index < name.count {
            let length = characterLength(name[index...])
            if length > 0 {
                text += name[index..<index + length]
            } else {
                text += Excerpt.escape(name[index]).utf8
            }
            index += max(1, length)
        }
        return text
    }

    package static func string(_ name: some Collection<UInt8>) -> String {
        String(decoding: make(Array(name)), as: UTF8.self)
    }

    private static func isPlain(_ byte: UInt8) -> Bool { byte >= 0x20 && byte < 0x7F }

    /// The length of the character that begins here, in bytes; 0 if no visible character does.
    private static func characterLength(_ bytes: ArraySlice<UInt8>) -> Int {
        guard let first = bytes.first else { return 0 }
        if first < 0x80 {
            if first == UInt8(ascii: "\\") { return looksEscaped(bytes.dropFirst()) ? 0 : 1 }
            return isPlain(first) ? 1 : 0
        }
        let length = first >= 0xF0 ? 4 : first >= 0xE0 ? 3 : 2
        guard bytes.count >= length, let text = String(validating: bytes.prefix(length), as: UTF8.self),
            let character = text.unicodeScalars.first, text.unicodeScalars.count == 1
        else { return 0 }
        switch character.properties.generalCategory {
        case .control, .format, .unassigned, .privateUse, .surrogate, .lineSeparator, .paragraphSeparator,
            .spaceSeparator, .nonspacingMark, .enclosingMark:
            return 0
        default: return length
        }
    }

    /// Whether the text after a backslash looks like an escape of ours.
    private static func looksEscaped(_ bytes: ArraySlice<UInt8>) -> Bool {
        let digits = bytes.dropFirst().prefix(2)
        guard bytes.first == UInt8(ascii: "x"), digits.count == 2, !digits.contains(UInt8(ascii: "+")),
            let byte = UInt8(String(decoding: digits, as: UTF8.self), radix: 16)
        else { return false }
        return !isPlain(byte) || byte == UInt8(ascii: "\\")
    }
}
