#if canImport(Glibc)
    import Glibc
#else
    import Darwin
#endif

/// Host and port as in a URL and in the header `Host` (RFC 3986 §3.2, RFC 9110 §7.2). User information is not allowed.
///
/// Names are compared without case, addresses by value: `[::1]` equals `[0:0::1]`.
package struct Authority: Sendable, Equatable {
    package enum Host: Sendable, Equatable {
        /// Four decimal numbers without leading zeros. `127.1` and `0x7f.1` are names: browsers never send them.
        case ipv4([UInt8])
        /// Without a zone.
        case ipv6([UInt8])
        /// In lower case. A name with a dot at its end differs from the one without.
        case name(String)
    }

    package let host: Host
    /// Nil if none is given.
    package let port: Int?

    /// Nil if the text is not an authority. An empty text is not.
    package init?(_ text: some StringProtocol) {
        let bytes = Array(text.utf8)
        let hostEnd: Int
        if bytes.first == UInt8(ascii: "[") {
            guard let end = bytes.firstIndex(of: UInt8(ascii: "]")),
                let address = Self.address(bytes[1..<end], AF_INET6, count: 16)
            else { return nil }
            host = .ipv6(address)
            hostEnd = end + 1
        } else {
            hostEnd = bytes.firstIndex(of: UInt8(ascii: ":")) ?? bytes.count
            guard let name = Self.name(bytes[..<hostEnd]) else { return nil }
            host = Self.address(bytes[..<hostEnd], AF_INET, count: 4).map(Host.ipv4) ?? .name(name)
        }
        guard let port = Self.port(bytes[hostEnd...]) else { return nil }
        self.port = port.number
    }

    /// Whether it names this machine's loopback, without asking a resolver.
    package var isLoopback: Bool {
        switch host {
        case .ipv4(let bytes): bytes[0] == 127
        case .ipv6(let bytes):
            bytes == Self.ipv6Loopback || (bytes.prefix(12) == Self.ipv4Mapped[...] && bytes[12] == 127)
        // RFC 6761 §6.3: resolvers may not look these up.
        case .name(let name): name == "localhost" || name == "localhost."
        }
    }

    /// Whether both lead to the same place. A missing port is the scheme's.
    package func isSame(as other: Authority, defaultPort: Int) -> Bool {
        host == other.host && (port ?? defaultPort) == (other.port ?? defaultPort)
    }

    private static let ipv6Loopback = [UInt8](repeating: 0, count: 15) + [1]
    private static let ipv4Mapped = [UInt8](repeating: 0, count: 10) + [0xff, 0xff]

    /// `:` and up to five digits, or nothing.
    private static func port(_ bytes: ArraySlice<UInt8>) -> (number: Int?, Void)? {
        guard let first = bytes.first else { return (nil, ()) }
        let digits = bytes.dropFirst()
        guard first == UInt8(ascii: ":"), digits.allSatisfy({ (0x30...0x39).contains($0) }) else { return nil }
        guard !digits.isEmpty else { return (nil, ()) }
        guard digits.count <= 5, let number = Int(String(decoding: digits, as: UTF8.self)), number <= 65535 else {
            return nil
        }
        return (number, ())
    }

    /// RFC 3986 §3.2.2 `reg-name`, not empty, at most 253 bytes and the dot.
    private static func name(_ bytes: ArraySlice<UInt8>) -> String? {
        guard (1...254).contains(bytes.count) else { return nil }
        var rest = bytes
        while let byte = rest.popFirst() {
            switch byte {
            case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"), 0x30...0x39: break
            case UInt8(ascii: "%"):
                guard let high = rest.popFirst(), let low = rest.popFirst(), isHex(high), isHex(low) else { return nil }
            default: guard "-._~!$&'()*+,;=".utf8.contains(byte) else { return nil }
            }
        }
        return String(decoding: bytes, as: UTF8.self).lowercased()
    }

    private static func isHex(_ byte: UInt8) -> Bool {
        (0x30...0x39).contains(byte) || (0x61...0x66).contains(byte | 0x20)
    }

    private static func address(_ text: ArraySlice<UInt8>, _ family: CInt, count: Int) -> [UInt8]? {
        guard text.count < 46, !text.contains(0) else { return nil }
        var address = [UInt8](repeating: 0, count: 16)
        return inet_pton(family, String(decoding: text, as: UTF8.self), &address) == 1
            ? Array(address.prefix(count)) : nil
    }
}
