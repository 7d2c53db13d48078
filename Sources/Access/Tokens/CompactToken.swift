import JSONBytes

/// A signed token in three parts (RFC 7515 §3.1), taken apart. Nothing of it is believed yet.
struct CompactToken {
    /// All that a client may send before it is let in is 16 KiB, which a selection has to fit in, too.
    static let mostBytes = 8 * 1024

    /// What is signed: the first two parts, as they came.
    let signed: [UInt8]
    let signature: [UInt8]
    let header: JSONValue
    private let body: [UInt8]

    /// - Throws: ``TokenRefusal/tooLong`` before anything is read, ``TokenRefusal/malformed``.
    init(_ text: some StringProtocol) throws(TokenRefusal) {
        guard text.utf8.count <= Self.mostBytes else { throw .tooLong }
        let bytes = Array(text.utf8)
        let parts = bytes.split(separator: UInt8(ascii: "."), omittingEmptySubsequences: false)
        guard parts.count == 3, let head = Base64URL.decode(parts[0]), let body = Base64URL.decode(parts[1]),
            let signature = Base64URL.decode(parts[2]), let header = Self.object(head)
        else { throw .malformed }
        // What has to be understood by whoever verifies (RFC 7515 §4.1.11): we understand none of it.
        guard header["crit"] == nil else { throw .malformed }
        signed = Array(bytes[..<parts[1].endIndex])
        self.signature = signature
        self.header = header
        self.body = body
    }

    /// The claims. Read them only once the signature is right.
    func claims() throws(TokenRefusal) -> JSONValue {
        guard let claims = Self.object(body) else { throw .malformed }
        return claims
    }

    private static func object(_ bytes: [UInt8]) -> JSONValue? {
        guard let value = try? JSONValue(parsing: bytes, maxDepth: 16), value.object != nil else { return nil }
        return value
    }
}

/// RFC 4648 §5 without padding. Each text has one meaning, and each meaning one text.
enum Base64URL {
    /// Nil where a character is of another alphabet, a length cannot be, or bits are left that are not zero.
    static func decode(_ text: ArraySlice<UInt8>) -> [UInt8]? {
        var bytes: [UInt8] = []
        bytes.reserveCapacity(text.count * 3 / 4)
        var (bits, count): (UInt32, Int) = (0, 0)
        for character in text {
            guard let value = value(of: character) else { return nil }
            (bits, count) = ((bits << 6 | UInt32(value)) & 0xfff, count + 6)
            if count >= 8 {
                count -= 8
                bytes.append(UInt8(truncatingIfNeeded: bits >> UInt32(count)))
            }
        }
        guard count < 6, bits & (1 << UInt32(count) - 1) == 0 else { return nil }
        return bytes
    }

    private static func value(of character: UInt8) -> UInt8? {
        switch character {
        case UInt8(ascii: "A")...UInt8(ascii: "Z"): character - UInt8(ascii: "A")
        case UInt8(ascii: "a")...UInt8(ascii: "z"): character - UInt8(ascii: "a") + 26
        case UInt8(ascii: "0")...UInt8(ascii: "9"): character - UInt8(ascii: "0") + 52
        case UInt8(ascii: "-"): 62
        case UInt8(ascii: "_"): 63
        default: nil
        }
    }
}
