/// What is known of a sample without its bytes, which may be sealed.
public struct SampleOutline: Sendable, Equatable {
    /// The Redis key that holds the sample.
    public let key: String
    /// As in ``Sample``.
    public let host: String
    /// As in ``Sample``.
    public let probe: String
    /// Unique within the key.
    public let id: String
    /// The score: Unix epoch, ms.
    public let t: Double
    /// The member's length in bytes.
    public let byteCount: Int
    /// How many of these bytes are of its details.
    public let detailBytes: Int
    /// Names the member in ``Change/removed(key:_:)``.
    public let memberHash: UInt64
    /// What the sample tells by itself.
    public let traits: Sample.Traits
}

extension SampleOutline {
    init(_ held: HeldSample, id: ExactText) {
        self.init(
            key: held.key.text, host: held.host, probe: held.probe, id: id.text, t: held.t, byteCount: held.byteCount,
            detailBytes: held.detailBytes, memberHash: held.memberHash, traits: held.traits)
    }

    /// How long that part of it is at most, in bytes, without what an event writes around it.
    func size(of part: SamplePart) -> Int {
        switch part {
        case .whole: byteCount
        case .figures: byteCount - detailBytes
        case .details: detailBytes
        }
    }
}

extension Sample {
    /// All but its bytes.
    public var outline: SampleOutline {
        SampleOutline(
            key: key, host: host, probe: probe, id: id, t: t, byteCount: bytes.count, detailBytes: detailBytes,
            memberHash: memberHash, traits: traits)
    }

    init(_ outline: SampleOutline, bytes: [UInt8], details: SampleDetails) {
        self.init(
            key: outline.key, host: outline.host, probe: outline.probe, id: outline.id, t: outline.t, bytes: bytes,
            memberHash: outline.memberHash, traits: outline.traits, details: details)
    }
}

/// A sample in the window as far as it can be told without looking for its id: as many of them are looked at where few
/// are read.
struct HeldSample: Sendable {
    let key: ExactText
    let host: String
    let probe: String
    let t: Double
    /// The time at which it counts: `t`, but not later than its arrival.
    let time: Double
    let byteCount: Int
    let detailBytes: Int
    let memberHash: UInt64
    let traits: Sample.Traits
    /// Which sample of its key it is, until the key changes.
    let number: UInt32

    var isOfNamedKey: Bool { traits.contains(.isOfNamedKey) }

    /// Whether there is anything of it in that part.
    func has(_ part: SamplePart) -> Bool { part != .details || detailBytes > 0 }
}
