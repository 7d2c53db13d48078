import Logging

/// Failed sources since the start, and which of them are due to be logged: each at most once a minute.
struct SourceWarnings {
    private struct Known {
        var count: UInt64
        var logged: UInt64
        var loggedNs: UInt64
    }

    private static let intervalNs: UInt64 = 60_000_000_000
    private var known: [String: Known] = [:]

    /// How often each source failed.
    var counts: [String: UInt64] { known.mapValues(\.count) }

    /// Counts what one sample met; gives what is due to be logged, with the count since the last time.
    mutating func add(_ warnings: [SourceReport.Warning], nowNs: UInt64) -> [SourceReport.Warning] {
        var due: [SourceReport.Warning] = []
        for warning in warnings {
            var entry = known[warning.source] ?? Known(count: 0, logged: 0, loggedNs: 0)
            let isDue = entry.logged == 0 || nowNs &- entry.loggedNs >= Self.intervalNs
            entry.count += warning.count
            if isDue {
                due.append(.init(source: warning.source, reason: warning.reason, count: entry.count - entry.logged))
                entry.logged = entry.count
                entry.loggedNs = nowNs
            }
            known[warning.source] = entry
        }
        return due
    }
}

extension Logger {
    /// The reason is the parser's own sentence, never the file's text.
    func sourceFailed(_ warning: SourceReport.Warning) {
        self.warning(
            "a source failed, its fields are null",
            metadata: ["source": "\(warning.source)", "reason": "\(warning.reason)", "count": "\(warning.count)"])
    }
}
