import JSONBytes
import SampleContract

/// One sample: a member of a sorted set that is a JSON object with an `id`.
///
/// `bytes` are those of the member, unchanged: a sample is never decoded and encoded again. Its key and its `id`
/// together identify it. If two keys have the same `id`, these are two samples.
public struct Sample: Sendable, Equatable {
    /// What a client can see from the sample itself. The server has to tell it the rest.
    public struct Traits: OptionSet, Sendable {
        /// The set as bits.
        public let rawValue: UInt8
        /// Makes a set from bits.
        public init(rawValue: UInt8) { self.rawValue = rawValue }

        /// The key names host and probe.
        public static let isOfNamedKey = Traits(rawValue: 1)
        /// The key has host and probe, and the `id` begins with its `HOST:PROBE:`.
        public static let hasOwnID = Traits(rawValue: 2)
        /// The key has host and probe, and they are also in the sample or in its `id`.
        public static let tellsKey = Traits(rawValue: 4)
        /// The sample has a `t`, and it equals the score.
        public static let tellsTime = Traits(rawValue: 8)
        /// All of these, as in the samples that collectors write.
        public static let all: Traits = [.isOfNamedKey, .hasOwnID, .tellsKey, .tellsTime]
    }

    /// The Redis key that holds the sample.
    public let key: String
    /// The host's name: from the key, else from the sample or its `id`; empty if none has it.
    public let host: String
    /// The probe's name: from the key, else from the sample or its `id`; empty if none has it.
    public let probe: String
    /// Unique within the key: 1 to 256 bytes.
    public let id: String
    /// The score: Unix epoch, ms.
    public let t: Double
    /// The member: one JSON object.
    public let bytes: [UInt8]
    /// Identifies the member in ``Change/removed(key:_:)``.
    public let memberHash: UInt64
    /// What a client can see from it.
    public let traits: Traits
    /// Where its details stand, as the check found them.
    private let found: SampleDetails?

    /// Which parts of it are details. Looked for in the bytes where nobody has yet.
    public var details: SampleDetails { found ?? SampleDetails(in: bytes) }

    /// Makes a sample from these values. It checks nothing.
    ///
    /// - Parameter details: where they stand in `bytes`; nil where that is not known.
    public init(
        key: String, host: String, probe: String, id: String, t: Double, bytes: [UInt8], memberHash: UInt64,
        traits: Traits = .all, details: SampleDetails? = nil
    ) {
        self.key = key
        self.host = host
        self.probe = probe
        self.id = id
        self.t = t
        self.bytes = bytes
        self.memberHash = memberHash
        self.traits = traits
        found = details
    }

    /// Samples are equal if their members and what is known of them are, whether details have been looked for or not.
    public static func == (left: Sample, right: Sample) -> Bool {
        left.key == right.key && left.id == right.id && left.t == right.t && left.bytes == right.bytes
            && left.host == right.host && left.probe == right.probe && left.memberHash == right.memberHash
            && left.traits == right.traits
    }

    /// Whether its key names a host.
    var isOfNamedKey: Bool { traits.contains(.isOfNamedKey) }
}

extension Sample {
    /// Checks a member (Contract.md: sample).
    ///
    /// Key, sample and `id` have to agree on host and probe, where they have them. So a client finds the same names as
    /// the daemon, wherever it looks for them.
    ///
    /// - Parameters:
    ///   - maxTime: the latest score accepted, Unix epoch in ms.
    ///   - maxBytes: the longest member accepted.
    public init(_ row: Row, of key: StreamKey, maxTime: Double, maxBytes: Int) throws(SampleRejection) {
        guard row.member.count <= maxBytes else { throw .tooLarge }
        guard row.score.isFinite else { throw .scoreNotFinite }
        guard row.score <= maxTime else { throw .tooFarInFuture }
        let (found, members): ([Range<Int>?], [JSONMember])
        do throws(JSONError) {
            (found, members) = try JSONScanner.topLevelMembers(
                row.member, keys: ["id", "host", "probe", "t", SampleDetails.name])
        } catch {
            if case .duplicateMember = error { throw .duplicateMember }
            throw .notJSONObject
        }
        let raw = found.map { range in range.map { row.member[$0] } }
        guard let id = raw[0].flatMap(Self.text), !id.isEmpty else { throw .missingID }
        guard id.utf8.count <= SampleLimits.idBytes else { throw .idTooLong }
        let own = Origin(ofID: id.utf8)
        let (host, probe) =
            key.isNamed
            ? try Self.names(of: key, host: raw[1], probe: raw[2], id: own)
            : try Self.names(host: raw[1], probe: raw[2], id: own)
        var traits: Traits = Self.isTime(raw[3], row.score) ? .tellsTime : []
        if key.isNamed {
            traits.insert(.isOfNamedKey)
            if own != nil { traits.insert(.hasOwnID) }
            if own != nil || raw[1] != nil && raw[2] != nil { traits.insert(.tellsKey) }
        }
        self.init(
            key: key.name, host: host, probe: probe, id: id, t: row.score, bytes: row.member,
            memberHash: row.memberHash, traits: traits,
            details: found[4].map { SampleDetails(named: $0, among: members, in: row.member) } ?? SampleDetails.none)
    }

    /// In a key that names a host, only that host may speak.
    private static func names(
        of key: StreamKey, host: ArraySlice<UInt8>?, probe: ArraySlice<UInt8>?, id: Origin?
    ) throws(SampleRejection) -> (host: String, probe: String) {
        if let host, !spells(host, key.host) { throw .hostMismatch }
        if let probe, !spells(probe, key.probe) { throw .hostMismatch }
        if let id, !isSame(id.host, key.host) || !isSame(id.probe, key.probe) { throw .foreignID }
        return (key.host, key.probe)
    }

    /// In other keys the sample's own fields count, or else its `id`. A text that is not a valid name counts as none.
    private static func names(
        host: ArraySlice<UInt8>?, probe: ArraySlice<UInt8>?, id: Origin?
    ) throws(SampleRejection) -> (host: String, probe: String) {
        let host = host.map { text($0) ?? "" }
        let probe = probe.map { text($0) ?? "" }
        if let host, !HostName.isValid(host.utf8) { throw .hostMismatch }
        if let probe, !ProbeWord.isValid(probe.utf8) { throw .hostMismatch }
        if let id, !isSame(host ?? id.host, id.host) || !isSame(probe ?? id.probe, id.probe) { throw .foreignID }
        return (host ?? id?.host ?? "", probe ?? id?.probe ?? "")
    }

    /// The text of a checked JSON value, if it is a string.
    static func text(_ raw: ArraySlice<UInt8>) -> String? {
        guard raw.first == UInt8(ascii: "\""), !raw.contains(UInt8(ascii: "\\")) else {
            return (try? JSONValue(parsing: raw))?.string
        }
        return String(decoding: raw.dropFirst().dropLast(), as: UTF8.self)
    }

    /// Whether a checked JSON value is that text.
    private static func spells(_ raw: ArraySlice<UInt8>, _ text: String) -> Bool {
        if raw.first == UInt8(ascii: "\""), raw.dropFirst().dropLast().elementsEqual(text.utf8) { return true }
        return Self.text(raw).map { isSame($0, text) } ?? false
    }

    /// Whether a checked JSON value is that time. Most are whole numbers without a sign.
    private static func isTime(_ raw: ArraySlice<UInt8>?, _ t: Double) -> Bool {
        guard let raw else { return false }
        if raw.count <= 15, raw.allSatisfy({ (0x30...0x39).contains($0) }) {
            return Double(raw.reduce(0) { 10 * $0 + Int($1 & 0x0f) }) == t
        }
        return (try? JSONValue(parsing: raw))?.number == t
    }

    /// The Kelvin sign is not the letter K.
    private static func isSame(_ left: String, _ right: String) -> Bool { left.utf8.elementsEqual(right.utf8) }
}
