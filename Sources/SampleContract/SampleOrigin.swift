import Glibc

/// A host and a probe, as in the names of keys and in ids (Contract.md: keys, `id`).
///
/// Bytes are compared, not characters, because Swift treats texts that look alike as equal.
package struct SampleOrigin: Hashable, Sendable {
    package let host: String
    package let probe: String

    /// Reads `HEAD` `HOST}:PROBE`, where `head` is ``head(prefix:)``; nil for a key of another shape.
    package init?(ofKey key: ArraySlice<UInt8>, head: [UInt8]) {
        guard key.starts(with: head) else { return nil }
        let rest = key.dropFirst(head.count)
        guard let brace = rest.firstIndex(of: UInt8(ascii: "}")), rest[brace...].starts(with: "}:".utf8) else {
            return nil
        }
        self.init(host: rest[..<brace], probe: rest[(brace + 2)...])
    }

    /// Reads `HOST:PROBE:` at the beginning of an id; nil if it begins in another way.
    @inlinable
    package init?(ofID id: some Collection<UInt8>) {
        guard let first = id.firstIndex(of: UInt8(ascii: ":")) else { return nil }
        let rest = id[id.index(after: first)...]
        guard let second = rest.firstIndex(of: UInt8(ascii: ":")) else { return nil }
        self.init(host: id[..<first], probe: rest[..<second])
    }

    @inlinable
    init?(host: some Collection<UInt8>, probe: some Collection<UInt8>) {
        guard HostName.isValid(host), ProbeWord.isValid(probe) else { return nil }
        self.host = String(decoding: host, as: UTF8.self)
        self.probe = String(decoding: probe, as: UTF8.self)
    }

    /// The text before HOST in each key: `PREFIX:{`.
    package static func head(prefix: String) -> [UInt8] { Array("\(prefix):{".utf8) }

    /// The sorted set of a probe. The braces put all keys of a host into the same slot of a Redis Cluster.
    package static func key(prefix: String, host: String, probe: String) -> String {
        "\(prefix):{\(host)}:\(probe)"
    }
}

/// The name of a host in Redis.
package enum HostName {
    /// What is allowed, for error messages.
    package static let rule = "1 to 253 letters, digits, '.', '_' and '-'"
    @usableFromInline static let longest = 253

    /// Whether the name may be in keys. Braces or colons in it would break them.
    package static func isValid(_ name: String) -> Bool { isValid(name.utf8) }

    @inlinable
    package static func isValid(_ name: some Collection<UInt8>) -> Bool {
        (1...longest).contains(name.count) && name.allSatisfy(isAllowed)
    }

    /// This machine's own name, made valid.
    package static func current() -> String {
        var bytes = [CChar](repeating: 0, count: 256)
        guard gethostname(&bytes, bytes.count - 1) == 0 else { return sanitised([]) }
        return sanitised(bytes.prefix { $0 != 0 }.map { UInt8(bitPattern: $0) })
    }

    /// The name with other bytes replaced by `-`, and `localhost` for none.
    package static func sanitised(_ name: [UInt8]) -> String {
        let name = name.prefix(longest).map { isAllowed($0) ? $0 : UInt8(ascii: "-") }
        return name.isEmpty ? "localhost" : String(decoding: name, as: UTF8.self)
    }

    @inlinable
    static func isAllowed(_ byte: UInt8) -> Bool {
        switch byte {
        case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
            UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "."), UInt8(ascii: "_"), UInt8(ascii: "-"):
            true
        default: false
        }
    }
}

/// The name of a probe in keys, ids and samples: `[a-z][a-z0-9_-]{0,31}`.
package enum ProbeWord {
    /// What is allowed, for error messages.
    package static let rule = "begins with a to z, holds a to z, 0 to 9, '_' and '-', at most 32"

    @inlinable
    package static func isValid(_ name: some Collection<UInt8>) -> Bool {
        guard let first = name.first, isLetter(first), name.count <= 32 else { return false }
        return name.allSatisfy {
            isLetter($0) || (UInt8(ascii: "0")...UInt8(ascii: "9")).contains($0) || $0 == UInt8(ascii: "_")
                || $0 == UInt8(ascii: "-")
        }
    }

    @inlinable
    static func isLetter(_ byte: UInt8) -> Bool { (UInt8(ascii: "a")...UInt8(ascii: "z")).contains(byte) }
}

/// The first part of every key.
package enum KeyPrefix {
    /// The default.
    package static let standard = "sa"
    /// What is allowed, for error messages.
    package static let rule = "1 to 64 letters, digits, '.', '_' and '-'"

    package static func isValid(_ text: String) -> Bool {
        (1...64).contains(text.utf8.count) && text.utf8.allSatisfy(HostName.isAllowed)
    }
}
