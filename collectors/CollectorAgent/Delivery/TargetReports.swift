internal import RESP
internal import RedisClient

/// Decides what gets a line in the log: everything new, and once a minute what goes on.
struct TargetReports: Sendable {
    /// Why Redis is away: the kind of error, and the word that an error reply begins with, as `OOM`.
    private struct Absence: Sendable, Hashable {
        var code: RedisError.Code
        var reply: String?
    }

    /// The reasons told of this absence; a server may find ever new words.
    private var absences: Set<Absence> = []
    private static let mostAbsences = 16
    private var isTaking = false
    private var hasToldOfFuture = false
    private var refusedKeys: Set<String> = []
    private var spoolFailure: SpoolError?
    private var reportedLosses: UInt64 = 0
    private var reportedLossesNs: UInt64?

    /// Whether Redis is away for a reason that was not told yet.
    mutating func isAway(_ reason: RedisError) -> Bool {
        isTaking = false
        guard absences.count < Self.mostAbsences else { return false }
        // At connecting the reply's own words stand behind the address: `unix:///x: MISCONF …`.
        let reply =
            reason.reply?.code
            ?? reason.message.split(separator: " ").first { word in
                word.allSatisfy { $0.isASCII && $0.isUppercase }
            }.map(String.init)
        return absences.insert(Absence(code: reason.code, reply: reply)).inserted
    }

    /// Redis has stored a sample. Returns whether that is new.
    mutating func takes() -> Bool {
        if !absences.isEmpty { absences.removeAll() }
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

    /// The key was mended: what it refuses later is news again.
    mutating func isNoLongerRefused(_ key: String) -> Bool {
        !refusedKeys.isEmpty && refusedKeys.remove(key) != nil
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
