import SampleContract

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
