import JSONBytes
import SampleContract

/// One sample: a member of a sorted set that was found to be a JSON object with an `id`.
///
/// `bytes` are the member's, unchanged: nothing decodes and encodes a sample again. What a sample is, is told by its key
/// and its `id` together: two keys that hold one `id` hold two samples.
public struct Sample: Sendable, Equatable {
    /// What a client can tell from the sample itself, and what it has to be told besides.
    public struct Traits: OptionSet, Sendable {
        /// The bits.
        public let rawValue: UInt8
        /// Any bits.
        public init(rawValue: UInt8) { self.rawValue = rawValue }

        /// The key names host and probe.
        public static let isOfNamedKey = Traits(rawValue: 1)
        /// The `id` begins with `HOST:PROBE:` of its own, named, key.
        public static let hasOwnID = Traits(rawValue: 2)
        /// The key is named, and host and probe stand in the sample or in its `id`.
        public static let tellsKey = Traits(rawValue: 4)
        /// `t` is there, and is the score.
        public static let tellsTime = Traits(rawValue: 8)
        /// Everything, as of the samples that collectors write.
        public static let all: Traits = [.isOfNamedKey, .hasOwnID, .tellsKey, .tellsTime]
    }

    /// The Redis key that holds the sample.
    public let key: String
    /// The host's name: from the key, else from the sample or its `id`; empty where none has it.
    public let host: String
    /// The probe's name: from the key, else from the sample or its `id`; empty where none has it.
    public let probe: String
    /// Unique within the key: 1 to 256 bytes.
    public let id: String
    /// The score: Unix epoch, ms.
    public let t: Double
    /// The member: one JSON object.
    public let bytes: [UInt8]
    /// Names the member in ``Change/removed(key:_:)``.
    public let memberHash: UInt64
    /// What it tells by itself.
    public let traits: Traits

    /// A sample as it is; nothing is checked.
    public init(
        key: String, host: String, probe: String, id: String, t: Double, bytes: [UInt8], memberHash: UInt64,
        traits: Traits = .all
    ) {
        self.key = key
        self.host = host
        self.probe = probe
        self.id = id
        self.t = t
        self.bytes = bytes
        self.memberHash = memberHash
        self.traits = traits
    }

    /// Whether its key names a host.
    var isOfNamedKey: Bool { traits.contains(.isOfNamedKey) }
}

extension Sample {
    /// Checks a member (Contract.md: sample).
    ///
    /// Key, sample and `id` have to agree on host and probe as far as each tells them: nothing that a client could take
    /// a name from says another than the daemon goes by.
    ///
    /// - Parameters:
    ///   - maxTime: the latest score accepted, Unix epoch in ms.
    ///   - maxBytes: the longest member accepted.
    public init(_ row: Row, of key: StreamKey, maxTime: Double, maxBytes: Int) throws(SampleRejection) {
        guard row.member.count <= maxBytes else { throw .tooLarge }
        guard row.score.isFinite else { throw .scoreNotFinite }
        guard row.score <= maxTime else { throw .tooFarInFuture }
        let found: [Range<Int>?]
        do throws(JSONError) {
            found = try JSONScanner.topLevelValues(
                row.member, keys: ["id", "host", "probe", "t"], refusesDoubles: true)
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
            memberHash: row.memberHash, traits: traits)
    }

    /// In a key that names a host only that host speaks.
    private static func names(
        of key: StreamKey, host: ArraySlice<UInt8>?, probe: ArraySlice<UInt8>?, id: Origin?
    ) throws(SampleRejection) -> (host: String, probe: String) {
        if let host, !spells(host, key.host) { throw .hostMismatch }
        if let probe, !spells(probe, key.probe) { throw .hostMismatch }
        if let id, !isSame(id.host, key.host) || !isSame(id.probe, key.probe) { throw .foreignID }
        return (key.host, key.probe)
    }

    /// In another key the sample's own word counts, else its `id`'s; what is no name is none.
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

    /// The text of a checked JSON value, where it is a string.
    private static func text(_ raw: ArraySlice<UInt8>) -> String? {
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

    /// The Kelvin sign is no K.
    private static func isSame(_ left: String, _ right: String) -> Bool { left.utf8.elementsEqual(right.utf8) }
}
