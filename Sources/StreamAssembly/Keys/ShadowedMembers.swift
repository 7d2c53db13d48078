/// Members that lost to another member of their key with the same `id`: Redis holds them, the window does not.
///
/// When the other one leaves, such a member counts again. Only hashes of it are kept, so the key has to be read then. Keys
/// without such members, nearly all, have no entry here.
struct ShadowedMembers: Sendable {
    private struct Content: Sendable {
        /// By member: the hash of its `id`.
        var ids: [RowID: Int] = [:]
        /// How many members have an `id`, by its hash.
        var counts: [Int: Int] = [:]
        /// There are more than are kept: each sample that leaves may uncover one.
        var isOverfull = false
    }

    /// So many are kept of one key.
    static let mostOfKey = 4096

    private var keys: [ExactText: Content] = [:]

    /// How many are kept, about: each counts until its key goes.
    private var added = 0
    private var keptBefore = 0

    var isEmpty: Bool { keys.isEmpty }

    /// How many are kept in all. O(keys).
    var count: Int { keys.values.reduce(0) { $0 + $1.ids.count } }

    /// How many are kept of a key.
    func count(of key: String) -> Int { keys.isEmpty ? 0 : keys[ExactText(key)]?.ids.count ?? 0 }

    /// Forgets those of keys of which the window holds nothing any more, once enough may have gathered to be worth the
    /// work: what left there for want of room does not come back.
    mutating func trimWhenDue(to window: SampleWindow) {
        guard added > 2 * keptBefore + Self.mostOfKey else { return }
        keys = keys.filter { window.holds(key: $0.key) }
        (keptBefore, added) = (count, count)
    }

    /// A member that does not count, because of another with that `id`.
    mutating func add(_ row: RowID, id: String, of key: String) {
        added += 1
        Self.add(row, ExactText(id).hashValue, to: &keys[ExactText(key), default: Content()])
    }

    private static func add(_ row: RowID, _ id: Int, to content: inout Content) {
        if content.isOverfull { return }
        guard content.ids.count < mostOfKey else {
            content = Content(isOverfull: true)
            return
        }
        if content.ids.updateValue(id, forKey: row) == nil { content.counts[id, default: 0] += 1 }
    }

    /// A member left the set that was no sample of the window.
    mutating func remove(_ row: RowID, of key: String) {
        guard !keys.isEmpty, let index = keys.index(forKey: ExactText(key)) else { return }
        Self.remove(row, from: &keys.values[index])
        if keys.values[index].ids.isEmpty, !keys.values[index].isOverfull { keys.remove(at: index) }
    }

    private static func remove(_ row: RowID, from content: inout Content) {
        guard let id = content.ids.removeValue(forKey: row), let count = content.counts[id] else { return }
        content.counts[id] = count > 1 ? count - 1 : nil
    }

    /// Whether a member may count again now that the sample of that `id` left.
    func mayHold(id: String, of key: String) -> Bool {
        guard !keys.isEmpty, let content = keys[ExactText(key)] else { return false }
        return content.isOverfull || content.counts[ExactText(id).hashValue] != nil
    }

    /// Nothing is known of the key any more, or all of it is told again.
    mutating func removeKey(_ key: String) {
        if !keys.isEmpty { keys[ExactText(key)] = nil }
    }
}
