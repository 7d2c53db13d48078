import SampleContract

/// A Redis key, and the host and probe that its name tells (Contract.md: keys).
public struct StreamKey: Sendable, Hashable {
    /// The key as Redis has it.
    public let name: String
    /// HOST of `prefix:{HOST}:PROBE`; empty where the key has another shape.
    public let host: String
    /// PROBE of `prefix:{HOST}:PROBE`; empty where the key has another shape.
    public let probe: String

    /// Takes HOST and PROBE from a key of the shape `prefix:{HOST}:PROBE`, byte for byte: a key that only looks like
    /// that, as with a combining mark behind a brace, has another shape.
    public init(_ name: String, prefix: String) {
        self.name = name
        let origin = Origin(ofKey: Array(name.utf8)[...], head: Origin.head(prefix: prefix))
        (host, probe) = (origin?.host ?? "", origin?.probe ?? "")
    }

    /// Whether host and probe are known from the name.
    var isNamed: Bool { !host.isEmpty }
}

typealias Origin = SampleOrigin

extension SampleOrigin {
    /// One text for all spellings that people and resolvers take for the same host: upper or lower case, and dots at
    /// the end, make no difference.
    static func folded(_ host: String) -> ExactText {
        var bytes = host.utf8.map { (0x41...0x5a).contains($0) ? $0 | 0x20 : $0 }
        // A name of dots alone is itself: an empty one would speak for samples that name no host.
        while bytes.count > 1, bytes.last == UInt8(ascii: ".") { bytes.removeLast() }
        return ExactText(String(decoding: bytes, as: UTF8.self))
    }
}
