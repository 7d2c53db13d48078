/// The value of `notify-keyspace-events`: which events Redis sends.
///
/// Redis reads the flags back in another order, and writes `A` for `g$lshzxetd`.
package struct NotificationFlags: Equatable {
    /// Keyspace events, sorted sets, generic commands, expiry, eviction, and strings for a key that changes its type.
    static let required = "Kzgxe$"
    private static let all = Set("g$lshzxetd")

    package let text: String

    package init(_ text: String) {
        self.text = text
    }

    /// The required flags that are not set, in the order of ``required``.
    package var missing: String {
        var set = Set(text)
        if set.contains("A") { set.formUnion(Self.all) }
        return Self.required.filter { !set.contains($0) }
    }

    package var isSufficient: Bool { missing.isEmpty }

    /// What to set: the flags that are set already, as others may need them, and those that are missing.
    package var completed: String { text + missing }

    /// What an operator has to do where we may not set the flags ourselves.
    package var remedy: String {
        "put this line into redis.conf: notify-keyspace-events \"\(completed)\" "
            + "— or run: redis-cli CONFIG SET notify-keyspace-events '\(completed)'"
    }
}

/// Whether Redis sends events of additions, judged by those that come. For servers that do not let us read their flags,
/// which may be set all the same (most managed ones).
struct NotificationEvidence: Equatable {
    /// Events of additions since the last judgement over a whole period.
    var additionEvents: UInt64 = 0
    private var rowsAddedBefore: UInt64
    /// An addition whose event comes at the end of a period may be read in the next, which has no event for it then.
    private var hadEventsBefore = false

    init(rowsAdded: UInt64) {
        rowsAddedBefore = rowsAdded
    }

    /// To be called after a whole period. False where additions were found without an event; nil where there were none.
    mutating func judgePeriod(rowsAdded: UInt64) -> Bool? {
        defer { (additionEvents, rowsAddedBefore, hadEventsBefore) = (0, rowsAdded, additionEvents > 0) }
        if additionEvents > 0 { return true }
        return rowsAdded > rowsAddedBefore && !hadEventsBefore ? false : nil
    }
}
