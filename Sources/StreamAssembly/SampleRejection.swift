/// Why a member is no sample. The raw value is the label `reason` of `streamassembler_samples_rejected_total`.
public enum SampleRejection: String, Error, Sendable, CaseIterable {
    /// Not one JSON object in UTF-8.
    case notJSONObject = "not-json-object"
    /// No `id`, or one that is empty or no string.
    case missingID = "missing-id"
    /// An `id` of more than 256 bytes.
    case idTooLong = "id-too-long"
    /// Longer than a member may be.
    case tooLarge = "too-large"
    /// The score is infinite or no number.
    case scoreNotFinite = "score-not-finite"
    /// The score lies further in the future than clocks may be apart.
    case tooFarInFuture = "too-far-in-future"
}

/// A rejected member for the log: at most one a minute and key.
public struct RejectionReport: Sendable, Equatable {
    /// The Redis key.
    public let key: String
    /// Why it was rejected.
    public let reason: SampleRejection
    /// The member's first 80 bytes; what is not visible ASCII stands as `\xNN`.
    public let excerpt: String
}

/// Decides which rejections are logged; holds a bounded number of keys.
struct RejectionLog {
    private static let interval: Double = 60_000
    private static let keysAtMost = 4096

    private var lastReported: [String: Double] = [:]
    private(set) var reports: [RejectionReport] = []

    mutating func add(_ reason: SampleRejection, key: String, member: [UInt8], now: Double) {
        if let last = lastReported[key], now - last < Self.interval, now >= last { return }
        // A flood of keys empties the memory of what was reported rather than growing it.
        if lastReported.count >= Self.keysAtMost { lastReported.removeAll(keepingCapacity: true) }
        lastReported[key] = now
        reports.append(RejectionReport(key: key, reason: reason, excerpt: Self.excerpt(member)))
    }

    mutating func takeReports() -> [RejectionReport] {
        defer { reports.removeAll() }
        return reports
    }

    private static func excerpt(_ member: [UInt8]) -> String {
        member.prefix(80).map { byte in
            switch byte {
            case 0x20...0x5b, 0x5d...0x7e: return String(Unicode.Scalar(byte))
            default:
                let digits = String(byte, radix: 16)
                return #"\x"# + (digits.count == 1 ? "0" : "") + digits
            }
        }.joined()
    }
}
