/// Remembers which further keys hold a member that the window has from one key, as RENAME and COPY make it.
///
/// Told of the new key first and of the end of the old one afterwards, the window would otherwise lose samples that
/// Redis still holds. However many keys hold a member, each is remembered; their number over all members is bounded.
///
/// Known are members with the very score that the window has: of a member that stands with different scores, or of
/// different members with one `id`, the window has the newest, and nothing once that leaves. What a key loses at its
/// bottom is told to nobody: it may become the heir of what it has lost, until it ends or the sample is too old.
struct MemberCopies: Sendable {
    private struct Note: Sendable {
        let key: ExactText
        let number: UInt64
    }

    /// The keys that hold a member, the latest last. Notes that are forgotten stand among them for a while.
    private struct Holders: Sendable {
        let id: ExactText
        var notes: [Note] = []
        var count = 0
    }

    /// How many copies are remembered for a window of that size.
    static func limit(_ limits: WindowLimits) -> Int { 8 * limits.samples + 1024 }

    private let limit: Int
    private var holders: [RowID: Holders] = [:]
    /// The notes that count.
    private var numbers: [ExactText: [RowID: UInt64]] = [:]
    private var lastNumber: UInt64 = 0
    private(set) var count = 0
    private var countWhenKept = 0
    private var addedSinceKept = 0
    private var mostHeldSinceKept = 0

    init(limit: Int) {
        self.limit = limit
    }

    /// `key` holds the very member that the window has, with its score, from another key.
    mutating func add(_ sample: Sample, in key: String) {
        let (key, member, id) = (ExactText(key), sample.rowID, ExactText(sample.id))
        guard numbers[key]?[member] == nil else { return }
        addedSinceKept += 1
        guard count < limit, holders[member].map({ $0.id == id }) ?? true else { return }
        lastNumber += 1
        numbers[key, default: [:]][member] = lastNumber
        holders[member, default: Holders(id: id)].notes.append(Note(key: key, number: lastNumber))
        holders[member]?.count += 1
        count += 1
    }

    /// The key that a sample passes to which its own key has lost; that key's copy is forgotten.
    ///
    /// Of several it is the one that was noted last: it is the least likely to have lost the member at its bottom since.
    mutating func takeHeir(of sample: Sample) -> String? {
        let member = sample.rowID
        guard count > 0, holders[member]?.id == ExactText(sample.id) else { return nil }
        while let note = holders[member]?.notes.popLast() {
            guard numbers[note.key]?[member] == note.number else { continue }
            forget(member, in: note.key)
            return note.key.text
        }
        return nil
    }

    mutating func forget(_ member: RowID, in key: String) {
        guard count > 0 else { return }
        forget(member, in: ExactText(key))
    }

    /// The key holds nothing any more.
    mutating func forget(key: String) {
        let key = ExactText(key)
        for member in (numbers[key] ?? [:]).keys { forget(member, in: key) }
    }

    /// Forgets copies of samples that are not held any more, once so many may be among them that it is worth the work.
    ///
    /// - Parameter held: how many samples are held now.
    mutating func keepWhenDue(held: Int, _ isHeld: (_ id: String) -> Bool) {
        mostHeldSinceKept = max(mostHeldSinceKept, held)
        guard addedSinceKept > countWhenKept + 1024 || held < mostHeldSinceKept / 2 else { return }
        for (member, lost) in holders where !isHeld(lost.id.text) {
            for note in lost.notes where numbers[note.key]?[member] == note.number { forget(member, in: note.key) }
        }
        (countWhenKept, addedSinceKept, mostHeldSinceKept) = (count, 0, held)
    }

    private mutating func forget(_ member: RowID, in key: ExactText) {
        guard numbers[key]?.removeValue(forKey: member) != nil else { return }
        if numbers[key]?.isEmpty == true { numbers.removeValue(forKey: key) }
        count -= 1
        holders[member]?.count -= 1
        guard let left = holders[member] else { return }
        if left.count == 0 {
            holders.removeValue(forKey: member)
        } else if left.notes.count > 2 * left.count + 8 {
            holders[member]?.notes = left.notes.filter { numbers[$0.key]?[member] == $0.number }
        }
    }
}

extension Sample {
    /// The member and its score.
    var rowID: RowID { RowID(score: t, memberHash: memberHash) }
}
