/// A path of a URL as one below the folder that is served.
struct AssetPath: Equatable {
    /// Names joined by slashes, with neither at the ends.
    let relative: String

    /// Nil for what names no file that could be meant for others: empty and dotted names, `..` among them, slashes and
    /// backslashes in a name, bytes that no file of ours has in its name.
    ///
    /// - Parameter raw: As it stands in the request, percent-encoded, behind the slash of the folder.
    init?(_ raw: Substring) {
        let names = raw.split(separator: "/", omittingEmptySubsequences: false).map(Self.decoded)
        guard !names.isEmpty, names.allSatisfy({ $0.map(Self.isServed) ?? false }) else { return nil }
        relative = names.compactMap { $0 }.joined(separator: "/")
    }

    init(ours name: String) { relative = name }

    private static func isServed(_ name: String) -> Bool {
        guard !name.isEmpty, !name.hasPrefix("."), name.utf8.count <= 255 else { return false }
        return name.utf8.allSatisfy { $0 >= 0x20 && $0 != 0x7f && $0 != UInt8(ascii: "/") && $0 != UInt8(ascii: "\\") }
    }

    /// RFC 3986 §2.1, once; nil for what is not encoded so, or no UTF-8.
    private static func decoded(_ name: Substring) -> String? {
        var bytes: [UInt8] = []
        var rest = name.utf8[...]
        while let byte = rest.popFirst() {
            guard byte == UInt8(ascii: "%") else {
                bytes.append(byte)
                continue
            }
            guard let high = rest.popFirst().flatMap(digit), let low = rest.popFirst().flatMap(digit) else {
                return nil
            }
            bytes.append(high << 4 | low)
        }
        return String(validating: bytes, as: UTF8.self)
    }

    private static func digit(_ byte: UInt8) -> UInt8? {
        switch byte {
        case 0x30...0x39: byte - 0x30
        case 0x41...0x46, 0x61...0x66: (byte | 0x20) - 0x61 + 10
        default: nil
        }
    }
}
