extension JSONWriter {
    /// Appends what stands between the quotes of a string. Runs without anything to escape are copied whole.
    mutating func appendEscaped(_ text: UnsafeBufferPointer<UInt8>) {
        var runStart = 0
        var index = 0
        while index < text.count {
            let byte = text[index]
            let length: Int
            let replacement: StaticString?
            if byte < 0x80 {
                length = 1
                replacement = Self.escape(of: byte)
                if replacement == nil && byte >= 0x20 && byte != 0x7f {
                    index += 1
                    continue
                }
            } else {
                (length, replacement) = Self.character(in: text, at: index)
                if replacement == nil {
                    index += length
                    continue
                }
            }
            append(text[runStart..<index])
            if let replacement {
                append(UnsafeBufferPointer(start: replacement.utf8Start, count: replacement.utf8CodeUnitCount))
            } else {
                appendControl(byte)
            }
            index += length
            runStart = index
        }
        append(text[runStart...])
    }

    private static func escape(of byte: UInt8) -> StaticString? {
        switch byte {
        case UInt8(ascii: "\""): #"\""#
        case UInt8(ascii: "\\"): #"\\"#
        case 0x0a: #"\n"#
        case 0x0d: #"\r"#
        case 0x09: #"\t"#
        default: nil
        }
    }

    /// `\u00XX` for a control character.
    private mutating func appendControl(_ byte: UInt8) {
        func digit(_ value: UInt8) -> UInt8 { value < 10 ? 0x30 + value : 0x57 + value }
        append([UInt8(ascii: "\\"), UInt8(ascii: "u"), 0x30, 0x30, digit(byte >> 4), digit(byte & 15)])
    }

    /// The length of the multi-byte character at `index`, and what to write instead of it, if anything.
    private static func character(
        in text: UnsafeBufferPointer<UInt8>, at index: Int
    ) -> (length: Int, replacement: StaticString?) {
        var cursor = JSONCursor(text, maxDepth: 0)
        cursor.offset = index
        do {
            try cursor.multibyte(text[index])
        } catch {
            return (1, "\u{fffd}")
        }
        let length = cursor.offset - index
        if length == 3, text[index] == 0xe2, text[index + 1] == 0x80 {
            if text[index + 2] == 0xa8 { return (3, #"\u2028"#) }
            if text[index + 2] == 0xa9 { return (3, #"\u2029"#) }
        }
        return (length, nil)
    }
}
