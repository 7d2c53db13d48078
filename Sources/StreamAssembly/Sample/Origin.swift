/// A host and a probe, as names of keys and ids spell them (CONTRACT: keys, ids).
///
/// Bytes are looked at, not characters: to Swift a text is equal to another that looks alike.
struct Origin: Equatable, Sendable {
    let host: String
    let probe: String

    /// `HEAD` `HOST}:PROBE`, where `head` ends with the opening brace.
    init?(ofKey key: ArraySlice<UInt8>, head: [UInt8]) {
        guard key.starts(with: head) else { return nil }
        let rest = key.dropFirst(head.count)
        guard let brace = rest.firstIndex(of: UInt8(ascii: "}")), rest[brace...].starts(with: "}:".utf8) else {
            return nil
        }
        self.init(host: rest[..<brace], probe: rest[(brace + 2)...])
    }

    /// `HOST:PROBE:` at the beginning of an id; nil where it begins otherwise.
    init?(ofID id: some Collection<UInt8>) {
        guard let first = id.firstIndex(of: UInt8(ascii: ":")) else { return nil }
        let rest = id[id.index(after: first)...]
        guard let second = rest.firstIndex(of: UInt8(ascii: ":")) else { return nil }
        self.init(host: id[..<first], probe: rest[..<second])
    }

    private init?(host: some Collection<UInt8>, probe: some Collection<UInt8>) {
        guard Self.isHost(host), Self.isProbe(probe) else { return nil }
        self.host = String(decoding: host, as: UTF8.self)
        self.probe = String(decoding: probe, as: UTF8.self)
    }

    /// Letters, digits, `.`, `_`, `-`: 1 to 253.
    static func isHost(_ text: some Collection<UInt8>) -> Bool {
        (1...253).contains(text.count)
            && text.allSatisfy { isLetterOrDigit($0) || $0 == 0x2e || $0 == 0x5f || $0 == 0x2d }
    }

    /// `[a-z][a-z0-9_-]{0,31}`
    static func isProbe(_ text: some Collection<UInt8>) -> Bool {
        guard let first = text.first, (0x61...0x7a).contains(first), text.count <= 32 else { return false }
        return text.allSatisfy {
            (0x61...0x7a).contains($0) || (0x30...0x39).contains($0) || $0 == 0x5f || $0 == 0x2d
        }
    }

    /// One text for all spellings of a host that people and resolvers take for one: case and dots at the end make no
    /// other host.
    static func folded(_ host: String) -> ExactText {
        var bytes = host.utf8.map { (0x41...0x5a).contains($0) ? $0 | 0x20 : $0 }
        // A name of dots alone is itself, lest it speak for samples that name no host.
        while bytes.count > 1, bytes.last == UInt8(ascii: ".") { bytes.removeLast() }
        return ExactText(String(decoding: bytes, as: UTF8.self))
    }

    private static func isLetterOrDigit(_ byte: UInt8) -> Bool {
        (0x30...0x39).contains(byte) || (0x61...0x7a).contains(byte | 0x20)
    }
}
