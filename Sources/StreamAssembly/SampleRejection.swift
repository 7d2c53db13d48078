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
