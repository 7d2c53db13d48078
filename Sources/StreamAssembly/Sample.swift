import JSONBytes

/// One sample: a member of a sorted set that was found to be a JSON object with an `id`.
///
/// `bytes` are the member's, unchanged: nothing decodes and encodes a sample again.
public struct Sample: Sendable, Equatable {
    /// The Redis key that holds the sample.
    public let key: String
    /// The host's name: from the key, else from the sample; empty where neither has it.
    public let host: String
    /// The probe's name: from the key, else from the sample; empty where neither has it.
    public let probe: String
    /// Unique for the sample: 1 to 256 bytes.
    public let id: String
    /// The score: Unix epoch, ms.
    public let t: Double
    /// The member: one JSON object.
    public let bytes: [UInt8]
    /// Names the member in ``Change/removed(key:_:)``.
    public let memberHash: UInt64

    /// A sample as it is; nothing is checked.
    public init(
        key: String, host: String, probe: String, id: String, t: Double, bytes: [UInt8], memberHash: UInt64
    ) {
        self.key = key
        self.host = host
        self.probe = probe
        self.id = id
        self.t = t
        self.bytes = bytes
        self.memberHash = memberHash
    }

    /// Checks a member (CONTRACT: sample).
    ///
    /// - Parameters:
    ///   - maxTime: the latest score accepted, Unix epoch in ms.
    ///   - maxBytes: the longest member accepted.
    public init(_ row: Row, of key: StreamKey, maxTime: Double, maxBytes: Int) throws(SampleRejection) {
        guard row.member.count <= maxBytes else { throw .tooLarge }
        guard row.score.isFinite else { throw .scoreNotFinite }
        guard row.score <= maxTime else { throw .tooFarInFuture }
        let found: [Range<Int>?]
        do {
            found = try JSONScanner.topLevelValues(row.member, keys: ["id", "host", "probe"])
        } catch {
            throw .notJSONObject
        }
        guard let range = found[0] else { throw .missingID }
        guard let id = Self.text(row.member[range]), !id.isEmpty else { throw .missingID }
        guard id.utf8.count <= 256 else { throw .idTooLong }
        self.init(
            key: key.name,
            host: key.isNamed ? key.host : found[1].flatMap { Self.text(row.member[$0]) } ?? "",
            probe: key.isNamed ? key.probe : found[2].flatMap { Self.text(row.member[$0]) } ?? "",
            id: id, t: row.score, bytes: row.member, memberHash: row.memberHash)
    }

    private static func text(_ raw: ArraySlice<UInt8>) -> String? {
        (try? JSONValue(parsing: raw))?.string
    }
}
