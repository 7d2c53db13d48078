/// The value of `notify-keyspace-events`: which events Redis tells of.
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

    /// What to set: all that is set already, as others may need it, and what is missing.
    package var completed: String { text + missing }

    /// What an operator has to do where we may not set the flags ourselves.
    package var remedy: String {
        "put this line into redis.conf: notify-keyspace-events \"\(completed)\" "
            + "— or run: redis-cli CONFIG SET notify-keyspace-events '\(completed)'"
    }
}
