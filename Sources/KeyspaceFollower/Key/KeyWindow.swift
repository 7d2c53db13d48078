internal import StreamAssembly

/// What is believed to stand in one sorted set, as far as it is ours: the newest members, without their bytes.
///
/// Ordered by score; at most `capacity` members after each ``trimToCapacity()``.
struct KeyWindow: Equatable {
    /// The place below which nothing is ours: it fell out of the window, or lay below it from the start.
    struct Floor: Equatable {
        let score: Double
        /// The lowest member of that score that is ours; nil where all of that score lies below the floor.
        let member: [UInt8]?
    }

    /// More than what is wanted of a key where some of its members are no samples.
    var capacity: Int
    private(set) var items: [RowID] = []
    private(set) var floor: Floor?

    init(capacity: Int) {
        self.capacity = capacity
    }

    var isEmpty: Bool { items.isEmpty }
    var count: Int { items.count }
    var top: Double? { items.last?.score }

    /// All scores that counts can guard: what shares the floor's score cannot be told apart by counting.
    var guardedFrom: ScoreRange.Bound { floor.map { .excluding($0.score) } ?? .unbounded }

    /// The first item that counts can guard.
    var firstGuarded: Int { floor.map { firstIndex(above: $0.score) } ?? 0 }

    func isOurs(_ row: Row) -> Bool {
        guard let floor else { return true }
        if row.score != floor.score { return row.score > floor.score }
        guard let member = floor.member else { return false }
        return !row.member.lexicographicallyPrecedes(member)
    }

    func indices(in range: ScoreRange) -> Range<Int> {
        let start = partition { !range.isAboveFrom($0) }
        let end = partition { range.isBelowTo($0) }
        return start..<max(start, end)
    }

    func count(in range: ScoreRange) -> Int { indices(in: range).count }

    func index(ofHash hash: UInt64) -> Int? {
        // What is looked for is mostly new, or else near the top.
        items.lastIndex { $0.memberHash == hash }
    }

    /// Whether a cut in front of that item parts members of one score.
    func cutsEqualScores(at index: Int) -> Bool {
        index > 0 && index < items.count && items[index - 1].score == items[index].score
    }

    /// Whether nothing but the order of members of one score, which is not kept, would tell if the row is ours.
    func isUndecided(_ row: Row) -> Bool {
        floor.map { $0.member == nil && $0.score == row.score } ?? false
    }

    /// Whether the window stays worth its name where members of the lowest score have to leave together.
    func canPlace(_ row: Row) -> Bool {
        guard items.count >= capacity, let lowest = items.first?.score, row.score >= lowest else { return true }
        let leaving = firstIndex(above: lowest) + (row.score == lowest ? 1 : 0)
        return leaving == 1 || leaving <= capacity / 2
    }

    // MARK: - Changes

    /// Rows above ``top``, ascending.
    mutating func append(_ rows: [Row]) {
        items.append(contentsOf: rows.lazy.map(RowID.init))
        trimToCapacity()
    }

    /// Forgets from the bottom what the owner of the set has trimmed.
    mutating func forget(first count: Int) {
        items.removeFirst(min(count, items.count))
    }

    /// Takes `rows` for the exact content of `range`.
    mutating func replace(_ range: ScoreRange, with rows: [Row]) {
        items.replaceSubrange(indices(in: range), with: rows.lazy.map(RowID.init))
    }

    /// Takes `rows` for the newest content of the whole set; unless it is whole, more may lie below.
    mutating func replaceAll(with rows: [Row], isWhole: Bool) {
        items = rows.map(RowID.init)
        if !isWhole, let lowest = rows.first {
            raiseFloor(to: Floor(score: lowest.score, member: lowest.member))
        }
    }

    /// A row that is ours, of a member that is not believed to be there.
    ///
    /// Where others have to leave for it, all of their score do: so it is certain what is ours.
    mutating func insert(_ row: Row) {
        items.insert(RowID(row), at: firstIndex(above: row.score))
        guard items.count > capacity, let lowest = items.first?.score else { return }
        items.removeFirst(firstIndex(above: lowest))
        raiseFloor(to: Floor(score: lowest, member: nil))
    }

    /// Forgets members that stand elsewhere by now; gives what they were.
    mutating func remove(membersOf rows: [Row]) -> [RowID] {
        if rows.isEmpty { return [] }
        let hashes = rows.map(\.memberHash)
        // Mostly one new row, and none that is known: no set is built for it.
        let isMoved: (RowID) -> Bool
        if hashes.count <= 8 {
            isMoved = { hashes.contains($0.memberHash) }
        } else {
            let set = Set(hashes)
            isMoved = { set.contains($0.memberHash) }
        }
        let moved = items.filter(isMoved)
        if !moved.isEmpty { items.removeAll(where: isMoved) }
        return moved
    }

    /// What left the set; gives it.
    mutating func remove(at range: Range<Int>) -> [RowID] {
        defer { items.removeSubrange(range) }
        return Array(items[range])
    }

    mutating func trimToCapacity() {
        let surplus = items.count - capacity
        guard surplus > 0 else { return }
        raiseFloor(to: Floor(score: items[surplus - 1].score, member: nil))
        items.removeFirst(surplus)
    }

    /// What lies below the lowest row is ours too, as far as it is read.
    mutating func forgetFloor() { floor = nil }

    private mutating func raiseFloor(to new: Floor) {
        guard let old = floor else { return floor = new }
        if new.score > old.score {
            floor = new
        } else if new.score == old.score, let member = old.member {
            guard let newMember = new.member else { return floor = new }
            if member.lexicographicallyPrecedes(newMember) { floor = new }
        }
    }

    private func firstIndex(above score: Double) -> Int { partition { $0 <= score } }

    /// The first index whose score fails `belongs`, which holds for a prefix.
    private func partition(_ belongs: (Double) -> Bool) -> Int {
        var (low, high) = (0, items.count)
        while low < high {
            let middle = (low + high) / 2
            if belongs(items[middle].score) { low = middle + 1 } else { high = middle }
        }
        return low
    }
}

extension RowID {
    init(_ row: Row) {
        self.init(score: row.score, memberHash: row.memberHash)
    }
}
