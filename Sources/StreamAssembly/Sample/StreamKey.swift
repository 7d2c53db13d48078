import SampleContract

/// A Redis key, and the host and probe in its name (Contract.md: keys).
public struct StreamKey: Sendable, Hashable {
    /// The key as it is in Redis.
    public let name: String
    /// HOST of `prefix:{HOST}:PROBE`; empty if the key has another shape.
    public let host: String
    /// PROBE of `prefix:{HOST}:PROBE`; empty if the key has another shape.
    public let probe: String

    /// Takes HOST and PROBE from a key of the shape `prefix:{HOST}:PROBE`. It compares bytes: a key that only looks
    /// like this, for example with a combining mark after a brace, has another shape.
    public init(_ name: String, prefix: String) {
        self.name = name
        let origin = Origin(ofKey: Array(name.utf8)[...], head: Origin.head(prefix: prefix))
        (host, probe) = (origin?.host ?? "", origin?.probe ?? "")
    }

    /// Whether the name has host and probe.
    var isNamed: Bool { !host.isEmpty }
}

typealias Origin = SampleOrigin

extension SampleOrigin {
    /// One text for all spellings that people and resolvers take for the same host. Case does not matter, and neither
    /// do dots at the end.
    static func folded(_ host: String) -> ExactText {
        var bytes = host.utf8.map { (0x41...0x5a).contains($0) ? $0 | 0x20 : $0 }
        // A name of only dots stays as it is. Without the dots it would be empty, and speak for samples without a host.
        while bytes.count > 1, bytes.last == UInt8(ascii: ".") { bytes.removeLast() }
        return ExactText(String(decoding: bytes, as: UTF8.self))
    }
}
