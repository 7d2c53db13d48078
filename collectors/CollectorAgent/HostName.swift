import Glibc

/// The name under which a host's samples stand in Redis.
package enum HostName {
    /// What is allowed, for error messages.
    package static let rule = "1 to 253 letters, digits, '.', '_' and '-'"

    /// Whether keys may hold the name: braces or colons in it would break them.
    package static func isValid(_ name: String) -> Bool {
        (1...253).contains(name.utf8.count) && name.utf8.allSatisfy(isAllowed)
    }

    /// This machine's own name with other bytes replaced by `-`, or `localhost` where it has none.
    package static func current() -> String {
        var bytes = [CChar](repeating: 0, count: 256)
        guard gethostname(&bytes, bytes.count - 1) == 0 else { return "localhost" }
        return sanitised(bytes.prefix { $0 != 0 }.map { UInt8(bitPattern: $0) })
    }

    static func sanitised(_ name: [UInt8]) -> String {
        let name = name.prefix(253).map { isAllowed($0) ? $0 : UInt8(ascii: "-") }
        return name.isEmpty ? "localhost" : String(decoding: name, as: UTF8.self)
    }

    private static func isAllowed(_ byte: UInt8) -> Bool {
        switch byte {
        case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
            UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "."), UInt8(ascii: "_"), UInt8(ascii: "-"):
            true
        default: false
        }
    }
}
