internal import SortedSearch
internal import StreamAssembly

/// What one sorted set is believed to hold, as far as it is ours: its newest members, without their bytes.
///
/// Ordered by score; at most `capacity` members after each ``trimToCapacity()``.
struct KeyWindow: Equatable {
    /// Below it nothing is ours: it fell out of the window, or lay below it at the last read. Without a floor all members
    /// of the set are ours.
    struct Floor: Equatable {
        let score: Double
        /// The lowest member of that score that is ours; nil where none is.
        let member: [UInt8]?
    }

    /// How many members are kept. More than are wanted of a key where some of its members are no samples.
    var capacity: Int
    private(set) var items: [RowID] = []
    private(set) var floor: Floor?
    /// As many were found by the last read of all, if more lay below: a read finds no more.
    private var reach = Int.max

    init(capacity: Int) {
        self.capacity = capacity
    }

    var isEmpty: Bool { items.isEmpty }
    var count: Int { items.count }
    var top: Double? { items.last?.score }

    /// Newer members left, and what lies below the floor has to take their places: a read is due.
    var isShort: Bool { floor != nil && items.count < min(capacity, reach) }

    /// The scores that counts can guard begin here: a count cannot tell members with the floor's own score apart.
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
        let start = items.partitionPoint { range.isAboveFrom($0.score) }
        let end = items.partitionPoint { !range.isBelowTo($0.score) }
        return start..<max(start, end)
    }

    func count(in range: ScoreRange) -> Int { indices(in: range).count }

    func index(ofHash hash: UInt64) -> Int? {
        // Mostly the member is new, or else near the top.
        items.lastIndex { $0.memberHash == hash }
    }

    /// Whether a cut before that item would separate members with one score.
    func cutsEqualScores(at index: Int) -> Bool {
        index > 0 && index < items.count && items[index - 1].score == items[index].score
    }

    /// Whether the row is ours depends on the order of members with one score, which is not kept.
    func isUndecided(_ row: Row) -> Bool {
        floor.map { $0.member == nil && $0.score == row.score } ?? false
    }

    /// Whether the row can be placed. Members with the lowest score leave together; when they are most of the window,
    /// the set has to be read.
    func canPlace(_ row: Row) -> Bool {
        guard items.count >= capacity, let lowest = items.first?.score, row.score >= lowest else { return true }
        let leaving = firstIndex(above: lowest) + (row.score == lowest ? 1 : 0)
        return leaving == 1 || leaving <= capacity / 2
    }

    // MARK: - Changes

    /// Takes rows above ``top``, ascending, and gives those for which there is no room any more.
    mutating func append(_ rows: [Row]) -> [RowID] {
        items.makeRoom(for: rows.count)
        items.append(contentsOf: rows.lazy.map(RowID.init))
        return trimToCapacity()
    }

    /// Forgets the lowest members, which the owner of the set has trimmed, and gives them.
    mutating func forget(first count: Int) -> [RowID] {
        remove(at: 0..<min(count, items.count))
    }

    /// Takes `rows` as the exact content of `range`.
    mutating func replace(_ range: ScoreRange, with rows: [Row]) {
        items.replaceSubrange(indices(in: range), with: rows.lazy.map(RowID.init))
    }

    /// Takes `rows` as the newest members of the set. Unless it is whole, more may lie below.
    mutating func replaceAll(with rows: [Row], isWhole: Bool) {
        items = rows.map(RowID.init)
        floor = isWhole ? nil : rows.first.map { Floor(score: $0.score, member: $0.member) }
        reach = isWhole ? .max : rows.count
    }

    /// Adds a row that is ours, of a member that is not believed to be there.
    ///
    /// When others have to leave for it, all members with their score leave: so it stays certain what is ours.
    ///
    /// - Returns: those that left; the row itself may be among them.
    mutating func insert(_ row: Row) -> [RowID] {
        items.makeRoom(for: 1)
        items.insert(RowID(row), at: firstIndex(above: row.score))
        guard items.count > capacity, let lowest = items.first?.score else { return [] }
        raiseFloor(to: Floor(score: lowest, member: nil))
        return remove(at: 0..<firstIndex(above: lowest))
    }

    /// Forgets the old places of members that have moved, and gives them.
    mutating func remove(membersOf rows: [Row]) -> [RowID] {
        if rows.isEmpty { return [] }
        let hashes = rows.map(\.memberHash)
        // Mostly there is one new row, of no known member: a set would cost more than it saves.
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

    /// Forgets members that left the set, and gives them.
    mutating func remove(at range: Range<Int>) -> [RowID] {
        defer { items.removeSubrange(range) }
        return Array(items[range])
    }

    /// Gives those for which there is no room.
    mutating func trimToCapacity() -> [RowID] {
        let surplus = items.count - capacity
        guard surplus > 0 else { return [] }
        raiseFloor(to: Floor(score: items[surplus - 1].score, member: nil))
        return remove(at: 0..<surplus)
    }

    /// The set has no members below those that are ours.
    mutating func becameWhole() { (floor, reach) = (nil, .max) }

    private mutating func raiseFloor(to new: Floor) {
        guard let old = floor else { return floor = new }
        if new.score > old.score {
            floor = new
        } else if new.score == old.score, let member = old.member {
            guard let newMember = new.member else { return floor = new }
            if member.lexicographicallyPrecedes(newMember) { floor = new }
        }
    }

    private func firstIndex(above score: Double) -> Int { items.partitionPoint { $0.score > score } }
}

extension RowID {
    init(_ row: Row) {
        self.init(score: row.score, memberHash: row.memberHash)
    }
}

/// A 64-bit hash over the bytes of a member. It is seeded for each process, so that nobody can prepare two members with
/// the same hash.
enum MemberHash {
    static func hash(_ member: [UInt8]) -> UInt64 {
        var hasher = Hasher()
        member.withUnsafeBytes { hasher.combine(bytes: $0) }
        return UInt64(bitPattern: Int64(hasher.finalize()))
    }
}
