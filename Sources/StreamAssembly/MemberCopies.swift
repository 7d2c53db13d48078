/// Remembers which further keys hold a member that the window has from one key, as RENAME and COPY make it.
///
/// Told of the new key first and of the end of the old one afterwards, the window would otherwise lose samples that
/// Redis still holds. Of a member at most ``copiesAtMost`` further keys are remembered.
struct MemberCopies: Sendable {
    private struct Copy: Sendable, Equatable {
        let key: ExactText
        let member: RowID
    }

    static let copiesAtMost = 4

    private var copies: [ExactText: [Copy]] = [:]
    private var ids: [ExactText: [RowID: ExactText]] = [:]
    private(set) var count = 0

    /// `key` holds the very member that the window has, with its score, from another key.
    mutating func add(_ sample: Sample, in key: String) {
        let id = ExactText(sample.id)
        let copy = Copy(key: ExactText(key), member: sample.rowID)
        let known = copies[id, default: []]
        guard !known.contains(copy), known.count < Self.copiesAtMost else { return }
        copies[id, default: []].append(copy)
        ids[copy.key, default: [:]][copy.member] = id
        count += 1
    }

    /// The key that a sample passes to which its own key has lost; that key's copy is forgotten.
    mutating func takeHeir(of sample: Sample) -> String? {
        guard count > 0, let copy = copies[ExactText(sample.id)]?.first(where: { $0.member == sample.rowID }) else {
            return nil
        }
        forget(copy.member, in: copy.key)
        return copy.key.text
    }

    mutating func forget(_ member: RowID, in key: String) {
        forget(member, in: ExactText(key))
    }

    /// The key holds nothing any more.
    mutating func forget(key: String) {
        let key = ExactText(key)
        for member in (ids[key] ?? [:]).keys { forget(member, in: key) }
    }

    /// Forgets copies of samples that are not held any more.
    mutating func keep(_ isHeld: (_ id: String) -> Bool) {
        for (id, lost) in copies where !isHeld(id.text) {
            for copy in lost { forget(copy.member, in: copy.key) }
        }
    }

    private mutating func forget(_ member: RowID, in key: ExactText) {
        guard let id = ids[key]?.removeValue(forKey: member) else { return }
        if ids[key]?.isEmpty == true { ids.removeValue(forKey: key) }
        copies[id]?.removeAll { $0 == Copy(key: key, member: member) }
        if copies[id]?.isEmpty == true { copies.removeValue(forKey: id) }
        count -= 1
    }
}

extension Sample {
    /// The member and its score.
    var rowID: RowID { RowID(score: t, memberHash: memberHash) }
}
