import SampleContract

/// Why a member is not a sample. The raw value is the label `reason` of `streamassembler_samples_rejected_total`.
public enum SampleRejection: String, Error, Sendable, CaseIterable {
    /// It is not one JSON object in UTF-8.
    case notJSONObject = "not-json-object"
    /// It has no `id`, or one that is empty or not a string.
    case missingID = "missing-id"
    /// An `id` of more than 256 bytes.
    case idTooLong = "id-too-long"
    /// A name occurs twice at the top level. Some readers would take the first value, others the last.
    case duplicateMember = "duplicate-member"
    /// `host` or `probe` of the sample differs from its key, or is not a valid name.
    case hostMismatch = "host-mismatch"
    /// The `id` begins with `HOST:PROBE:` of another host or probe.
    case foreignID = "foreign-id"
    /// The key names no host, and the host that the sample names has keys of its own.
    case hostSpokenFor = "host-spoken-for"
    /// It is longer than a member may be.
    case tooLarge = "too-large"
    /// The score is infinite or not a number.
    case scoreNotFinite = "score-not-finite"
    /// The score is further in the future than clocks may differ.
    case tooFarInFuture = "too-far-in-future"
}

/// A rejected member, for the log. There is at most one a minute for each key and reason.
public struct RejectionReport: Sendable, Equatable {
    /// The Redis key.
    public let key: String
    /// Why it was rejected.
    public let reason: SampleRejection
    /// The first 80 bytes of the member. Bytes that are not visible ASCII are written as `\xNN`.
    public let excerpt: String
}

/// Decides which rejections are logged: at most one a minute for each key and reason, and a limited number a minute for
/// the keys of one host. Its memory is limited.
///
/// If more reject in a minute than it can remember, or if nobody takes the reports, the rest is not reported. The
/// counters still count everything. All keys without a host count as one host here.
struct RejectionLog {
    private static let interval: Double = 60_000
    static let reportsOfHostAtMost = 16
    private static let hostsAtMost = 1024
    private static let reportsAtMost = 1024
    /// How often, in ms, it searches a full memory for hosts whose minute is over.
    private static let purgeInterval: Double = 1000

    private struct Kind: Hashable {
        let key: ExactText
        let reason: SampleRejection
    }

    /// When each was last reported, by host.
    private var hosts: [ExactText: [Kind: Double]] = [:]
    private var lastPurge = -Double.infinity
    private var reports: [RejectionReport] = []

    var rememberedKinds: Int { hosts.values.reduce(0) { $0 + $1.count } }

    mutating func add(_ reason: SampleRejection, key: StreamKey, member: [UInt8], now: Double) {
        guard reports.count < Self.reportsAtMost else { return }
        let (host, kind) = (ExactText(key.host), Kind(key: ExactText(key.name), reason: reason))
        var kinds = hosts[host] ?? [:]
        if let last = kinds[kind], Self.isFresh(last, now) { return }
        if kinds.count >= Self.reportsOfHostAtMost { kinds = kinds.filter { Self.isFresh($0.value, now) } }
        guard kinds.count < Self.reportsOfHostAtMost, hasRoom(for: host, now: now) else { return }
        kinds[kind] = now
        hosts[host] = kinds
        reports.append(RejectionReport(key: key.name, reason: reason, excerpt: Excerpt.of(member)))
    }

    mutating func takeReports() -> [RejectionReport] {
        defer { reports.removeAll() }
        return reports
    }

    /// If the clock was set back, every minute counts as over.
    private static func isFresh(_ last: Double, _ now: Double) -> Bool { now - last < interval && now >= last }

    private mutating func hasRoom(for host: ExactText, now: Double) -> Bool {
        if hosts.count < Self.hostsAtMost || hosts[host] != nil { return true }
        guard now >= lastPurge + Self.purgeInterval || now < lastPurge else { return false }
        lastPurge = now
        hosts = hosts.filter { $0.value.values.contains { Self.isFresh($0, now) } }
        return hosts.count < Self.hostsAtMost
    }
}
