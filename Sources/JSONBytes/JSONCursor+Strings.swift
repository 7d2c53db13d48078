extension JSONCursor {
    /// Reads a string and gives the range between its quotes. Escapes are checked, not replaced.
    mutating func string() throws(JSONError) -> Range<Int> {
        try expect(UInt8(ascii: "\""))
        let start = offset
        while offset < bytes.count {
            let byte = bytes[offset]
            if byte == UInt8(ascii: "\"") {
                offset += 1
                return start..<(offset - 1)
            } else if byte == UInt8(ascii: "\\") {
                try escape()
            } else if byte < 0x20 {
                throw .unexpectedByte(byte, offset: offset)
            } else if byte < 0x80 {
                offset += 1
            } else {
                try multibyte(byte)
            }
        }
        throw .unexpectedEnd(offset: offset)
    }

    private mutating func escape() throws(JSONError) {
        let start = offset
        guard offset + 1 < bytes.count else { throw .unexpectedEnd(offset: bytes.count) }
        offset += 2
        switch bytes[start + 1] {
        case UInt8(ascii: "\""), UInt8(ascii: "\\"), UInt8(ascii: "/"), UInt8(ascii: "b"), UInt8(ascii: "f"),
            UInt8(ascii: "n"), UInt8(ascii: "r"), UInt8(ascii: "t"):
            return
        case UInt8(ascii: "u"):
            let unit = try hexadecimal()
            guard unit & 0xf800 == 0xd800 else { return }
            // Two surrogates make one character. RFC 8259 §8.2 lets the receiver decide about a lone one.
            let behind = offset
            if unit < 0xdc00, offset + 1 < bytes.count, bytes[offset] == UInt8(ascii: "\\"),
                bytes[offset + 1] == UInt8(ascii: "u")
            {
                offset += 2
                if try hexadecimal() & 0xfc00 == 0xdc00 { return }
            }
            guard allowsLoneSurrogates else { throw .invalidEscape(offset: start) }
            offset = behind
        default:
            throw .invalidEscape(offset: start)
        }
    }

    private mutating func hexadecimal() throws(JSONError) -> UInt32 {
        guard offset + 4 <= bytes.count else { throw .unexpectedEnd(offset: bytes.count) }
        var value: UInt32 = 0
        for _ in 0..<4 {
            guard let digit = Self.hexadecimalDigit(bytes[offset]) else { throw .invalidEscape(offset: offset) }
            value = value << 4 | digit
            offset += 1
        }
        return value
    }

    static func hexadecimalDigit(_ byte: UInt8) -> UInt32? {
        switch byte {
        case UInt8(ascii: "0")...UInt8(ascii: "9"): UInt32(byte - UInt8(ascii: "0"))
        case UInt8(ascii: "a")...UInt8(ascii: "f"): UInt32(byte - UInt8(ascii: "a") + 10)
        case UInt8(ascii: "A")...UInt8(ascii: "F"): UInt32(byte - UInt8(ascii: "A") + 10)
        default: nil
        }
    }

    /// One character of two to four bytes, well-formed as in Unicode's table 3-7.
    mutating func multibyte(_ lead: UInt8) throws(JSONError) {
        let length: Int
        var second: ClosedRange<UInt8> = 0x80...0xbf
        switch lead {
        case 0xc2...0xdf: length = 2
        case 0xe0: (length, second) = (3, 0xa0...0xbf)
        case 0xed: (length, second) = (3, 0x80...0x9f)
        case 0xe1...0xef: length = 3
        case 0xf0: (length, second) = (4, 0x90...0xbf)
        case 0xf1...0xf3: length = 4
        case 0xf4: (length, second) = (4, 0x80...0x8f)
        default: throw .invalidUTF8(offset: offset)
        }
        guard offset + length <= bytes.count, second.contains(bytes[offset + 1]) else {
            throw .invalidUTF8(offset: offset)
        }
        for index in 2..<max(2, length) where bytes[offset + index] & 0xc0 != 0x80 {
            throw .invalidUTF8(offset: offset)
        }
        offset += length
    }
}
