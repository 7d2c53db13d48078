/// Which rows a key holds, without their bytes: those whose samples are in the window, and some that it has let go.
struct KeyLedger: Sendable {
    private struct Entry: Sendable {
        let score: Double
        /// As in ``Row``: of this process only.
        let member: UInt64
        let hash: UInt64
        /// When the row first came, Unix epoch in ms.
        let arrival: Double
    }

    /// Rows below the window that are kept at least.
    static let keptAtLeast = 16

    /// By score.
    private var entries: [Entry] = []
    /// Of all entries' hashes: what a mark leaves out is mostly little.
    private var sum: UInt64 = 0
    private let capacity: Int
    /// More rows than anybody keeps: nothing is said of this key any more.
    private(set) var isGivenUp = false

    init(capacity: Int) {
        self.capacity = capacity
    }

    var count: Int { entries.count }
    var newest: Double? { entries.last?.score }

    /// Takes a row, unless it is known.
    ///
    /// - Returns: when it first came: a row that is read again takes no better place than it had.
    @discardableResult
    mutating func insert(_ row: Row, now: Double) -> Double {
        if isGivenUp { return now }
        let end = firstIndex { $0 > row.score }
        if let index = index(of: row.score, row.memberHash, before: end) { return entries[index].arrival }
        guard entries.count < capacity else {
            isGivenUp = true
            (entries, sum) = ([], 0)
            return now
        }
        let hash = StableHash.hash(row.member, seed: row.score.bitPattern)
        sum &+= hash
        entries.insert(Entry(score: row.score, member: row.memberHash, hash: hash, arrival: now), at: end)
        return now
    }

    mutating func remove(_ row: RowID) {
        guard let index = index(of: row.score, row.memberHash, before: firstIndex { $0 > row.score }) else { return }
        sum &-= entries.remove(at: index).hash
    }

    /// Lets the oldest go, so that no more than `limit` rows lie below `lowest`, or are left where that is nil.
    mutating func keep(_ limit: Int, below lowest: Double?) {
        let below = lowest.map { lowest in firstIndex { $0 >= lowest } } ?? entries.count
        guard below > limit else { return }
        sum &-= Self.sum(of: entries.prefix(below - limit))
        entries.removeFirst(below - limit)
    }

    /// What is known of the rows from `oldest` to `newest`.
    func mark(from oldest: Double, to newest: Double) -> KeyMark {
        let start = firstIndex { $0 >= oldest }
        return mark(above: start > 0 ? entries[start - 1].score : -.infinity, to: newest, start: start)
    }

    /// Whether the same rows stand in the mark's range.
    func agrees(with mark: KeyMark) -> Bool {
        let start = firstIndex { $0 > mark.above }
        return !isGivenUp && self.mark(above: mark.above, to: mark.newest, start: start) == mark
    }

    private func mark(above: Double, to newest: Double, start: Int) -> KeyMark {
        let end = max(start, firstIndex { $0 > newest })
        let others = Self.sum(of: entries[..<start]) &+ Self.sum(of: entries[end...])
        return KeyMark(above: above, newest: newest, count: end - start, sum: sum &- others)
    }

    private static func sum(of entries: ArraySlice<Entry>) -> UInt64 { entries.reduce(0) { $0 &+ $1.hash } }

    private func index(of score: Double, _ member: UInt64, before end: Int) -> Int? {
        var index = end
        while index > 0, entries[index - 1].score == score {
            index -= 1
            if entries[index].member == member { return index }
        }
        return nil
    }

    /// The first index whose score passes `isReached`, which no earlier one does.
    private func firstIndex(_ isReached: (Double) -> Bool) -> Int {
        // Most rows come in order: the end is tried first.
        guard let last = entries.last, isReached(last.score) else { return entries.count }
        var (low, high) = (0, entries.count)
        while low < high {
            let middle = (low + high) / 2
            if isReached(entries[middle].score) { high = middle } else { low = middle + 1 }
        }
        return low
    }
}
