/// Why a member is no sample. The raw value is the label `reason` of `streamassembler_samples_rejected_total`.
public enum SampleRejection: String, Error, Sendable, CaseIterable {
    /// Not one JSON object in UTF-8.
    case notJSONObject = "not-json-object"
    /// No `id`, or one that is empty or no string.
    case missingID = "missing-id"
    /// An `id` of more than 256 bytes.
    case idTooLong = "id-too-long"
    /// The object names a top-level member twice: one reader would take the first of the two, another the last.
    case duplicateMember = "duplicate-member"
    /// `host` or `probe` of the sample is not what its key names, or no name of a host or probe.
    case hostMismatch = "host-mismatch"
    /// The `id` begins with `HOST:PROBE:` of another host or probe.
    case foreignID = "foreign-id"
    /// The key names no host, and the host that the sample names has keys of its own.
    case hostSpokenFor = "host-spoken-for"
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
