import SampleContract

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

/// Decides which rejections are logged: at most one a minute and key, and of one host's keys so many a minute, in bounded
/// memory.
///
/// When more reject in a minute than it remembers, or nobody takes the reports, those past the bound are not reported;
/// the counters have them all the same. All keys that name no host are one host here.
struct RejectionLog {
    private static let interval: Double = 60_000
    static let keysOfHostAtMost = 16
    private static let hostsAtMost = 1024
    private static let reportsAtMost = 1024
    /// How often, in ms, a full memory is searched for hosts whose minute is over.
    private static let purgeInterval: Double = 1000

    /// By host and key: when it was reported last.
    private var hosts: [ExactText: [ExactText: Double]] = [:]
    private var lastPurge = -Double.infinity
    private var reports: [RejectionReport] = []

    var rememberedKeys: Int { hosts.values.reduce(0) { $0 + $1.count } }

    mutating func add(_ reason: SampleRejection, key: StreamKey, member: [UInt8], now: Double) {
        guard reports.count < Self.reportsAtMost else { return }
        let (host, name) = (ExactText(key.host), ExactText(key.name))
        var keys = hosts[host] ?? [:]
        if let last = keys[name], Self.isFresh(last, now) { return }
        if keys.count >= Self.keysOfHostAtMost { keys = keys.filter { Self.isFresh($0.value, now) } }
        guard keys.count < Self.keysOfHostAtMost, hasRoom(for: host, now: now) else { return }
        keys[name] = now
        hosts[host] = keys
        reports.append(RejectionReport(key: key.name, reason: reason, excerpt: Excerpt.of(member)))
    }

    mutating func takeReports() -> [RejectionReport] {
        defer { reports.removeAll() }
        return reports
    }

    /// A clock set back ends every minute.
    private static func isFresh(_ last: Double, _ now: Double) -> Bool { now - last < interval && now >= last }

    private mutating func hasRoom(for host: ExactText, now: Double) -> Bool {
        if hosts.count < Self.hostsAtMost || hosts[host] != nil { return true }
        guard now >= lastPurge + Self.purgeInterval || now < lastPurge else { return false }
        lastPurge = now
        hosts = hosts.filter { $0.value.values.contains { Self.isFresh($0, now) } }
        return hosts.count < Self.hostsAtMost
    }
}
