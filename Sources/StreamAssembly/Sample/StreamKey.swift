import SampleContract

/// A Redis key, and the host and probe that its name tells (CONTRACT: keys).
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
