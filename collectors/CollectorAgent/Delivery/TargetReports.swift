internal import RedisClient

/// Decides what is worth a line in the log: what is new, and what goes on once a minute.
struct TargetReports: Sendable {
    private var awayCode: RedisError.Code?
    private var refusedKeys: Set<String> = []
    private var spoolFailure: SpoolError?
    private var reportedLosses: UInt64 = 0
    private var reportedLossesNs: UInt64?

    /// Whether Redis is away for another reason than the one last told.
    mutating func isAway(_ reason: RedisError) -> Bool {
        defer { awayCode = reason.code }
        return awayCode != reason.code
    }

    mutating func takes() {
        awayCode = nil
    }

    mutating func isNewRefusal(of key: String) -> Bool {
        refusedKeys.insert(key).inserted
    }

    mutating func isNew(_ failure: SpoolError?) -> Bool {
        defer { spoolFailure = failure }
        return spoolFailure != failure
    }

    mutating func hasNewLosses(_ total: UInt64, nowNs: UInt64) -> Bool {
        guard total > reportedLosses, reportedLossesNs.map({ nowNs &- $0 >= 60_000_000_000 }) ?? true else {
            return false
        }
        reportedLosses = total
        reportedLossesNs = nowNs
        return true
    }
}
