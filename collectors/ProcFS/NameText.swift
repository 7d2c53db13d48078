/// A name that the kernel takes as bytes (an interface's, a device's) as text, so that different names never look the
/// same: what is no UTF-8, and what cannot be seen, becomes `\xNN`.
package enum NameText {
    package static func make(_ name: [UInt8]) -> [UInt8] {
        if name.allSatisfy({ $0 > 0x20 && $0 < 0x7F && $0 != UInt8(ascii: "\\") }) { return name }
        var text: [UInt8] = []
        var index = 0
        while index < name.count {
            let length = characterLength(name[index...])
            if length > 0 {
                text += name[index..<index + length]
            } else {
                text += "\\x\(name[index] < 16 ? "0" : "")\(String(name[index], radix: 16))".utf8
            }
            index += max(1, length)
        }
        return text
    }

    /// The bytes of the character that begins here; 0 where there is none that can be shown.
    private static func characterLength(_ bytes: ArraySlice<UInt8>) -> Int {
        guard let first = bytes.first else { return 0 }
        if first < 0x80 {
            // A backslash before an `x` would look like an escape.
            if first == UInt8(ascii: "\\") { return bytes.dropFirst().first == UInt8(ascii: "x") ? 0 : 1 }
            return first > 0x20 && first < 0x7F ? 1 : 0
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
}
