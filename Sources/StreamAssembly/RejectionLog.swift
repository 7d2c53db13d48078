/// Decides which rejections are logged: at most one a minute and key, in bounded memory.
///
/// When more keys reject in a minute than it remembers, or nobody takes the reports, those past the bound are not
/// reported; the counters have them all the same.
struct RejectionLog {
    private static let interval: Double = 60_000
    private static let keysAtMost = 4096
    private static let reportsAtMost = 1024
    /// How often, in ms, a full memory is searched for keys whose minute is over.
    private static let purgeInterval: Double = 1000

    private var lastReported: [String: Double] = [:]
    private var lastPurge = -Double.infinity
    private var reports: [RejectionReport] = []

    var rememberedKeys: Int { lastReported.count }

    mutating func add(_ reason: SampleRejection, key: String, member: [UInt8], now: Double) {
        guard reports.count < Self.reportsAtMost else { return }
        // A clock set back ends every minute.
        if let last = lastReported[key], now - last < Self.interval, now >= last { return }
        guard hasRoom(for: key, now: now) else { return }
        lastReported[key] = now
        reports.append(RejectionReport(key: key, reason: reason, excerpt: Excerpt.of(member)))
    }

    mutating func takeReports() -> [RejectionReport] {
        defer { reports.removeAll() }
        return reports
    }

    private mutating func hasRoom(for key: String, now: Double) -> Bool {
        if lastReported.count < Self.keysAtMost || lastReported[key] != nil { return true }
        guard now >= lastPurge + Self.purgeInterval || now < lastPurge else { return false }
        lastPurge = now
        lastReported = lastReported.filter { now - $0.value < Self.interval && now >= $0.value }
        return lastReported.count < Self.keysAtMost
    }
}
