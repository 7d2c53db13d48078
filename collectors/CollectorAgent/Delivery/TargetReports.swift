internal import RedisClient

/// Decides what gets a line in the log: everything new, and once a minute what goes on.
struct TargetReports: Sendable {
    private var awayCode: RedisError.Code?
    private var isTaking = false
    private var hasToldOfFuture = false
    private var refusedKeys: Set<String> = []
    private var spoolFailure: SpoolError?
    private var reportedLosses: UInt64 = 0
    private var reportedLossesNs: UInt64?

    /// Whether Redis is away for another reason than the last one logged.
    mutating func isAway(_ reason: RedisError) -> Bool {
        defer { awayCode = reason.code }
        isTaking = false
        return awayCode != reason.code
    }

    /// Redis has stored a sample. Returns whether that is new.
    mutating func takes() -> Bool {
        awayCode = nil
        defer { isTaking = true }
        return !isTaking
    }

    mutating func isNewFutureRefusal() -> Bool {
        defer { hasToldOfFuture = true }
        return !hasToldOfFuture
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
