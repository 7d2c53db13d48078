import SortedSearch

/// The ``KeyLedger``s of all keys: the rows that Redis should have, in the window and around it.
///
/// It is limited. Below the window it keeps as many rows of a key as the window has of it, or ``KeyLedger/keptAtLeast``
/// if that is more. It keeps at most ``emptyAtMost`` keys without a sample in the window.
struct Ledger: Sendable {
    /// How many keys without a sample in the window may be known. With more, all of them are forgotten.
    static let emptyAtMost = 4096

    private let capacity: Int
    private(set) var keys: [ExactText: KeyLedger] = [:]
    private(set) var count = 0
    /// How many were left when all keys were trimmed last, where that was more than should be.
    private var leftUntrimmed = 0

    /// - Parameter perKey: the most samples of one key in the window.
    init(perKey: Int) {
        capacity = 4 * perKey + 1024
    }

    subscript(key: String) -> KeyLedger? { keys[ExactText(key)] }

    /// Takes the rows of a key that it does not know yet.
    ///
    /// - Returns: the time at which each row first came.
    mutating func insert(_ rows: [Row], of key: String, now: Double) -> [Double] {
        guard !rows.isEmpty else { return [] }
        return Self.insert(rows, now: now, to: &keys[ExactText(key), default: KeyLedger(capacity: capacity)], &count)
    }

    private static func insert(_ rows: [Row], now: Double, to ledger: inout KeyLedger, _ count: inout Int) -> [Double] {
        count -= ledger.count
        defer { count += ledger.count }
        return rows.map { ledger.insert($0, now: now) }
    }

    mutating func remove(_ row: RowID, of key: String) {
        change(key) { $0.remove(row) }
    }

    /// Changes what is known about a key, in place.
    private mutating func change(_ key: String, _ body: (inout KeyLedger) -> Void) {
        guard let index = keys.index(forKey: ExactText(key)) else { return }
        let before = keys.values[index].count
        body(&keys.values[index])
        count += keys.values[index].count - before
        if keys.values[index].count == 0, !keys.values[index].isGivenUp {
            keys.remove(at: index)
            keys.letRoomGo()
        }
    }

    mutating func removeKey(_ key: String) {
        count -= keys.removeValue(forKey: ExactText(key))?.count ?? 0
        keys.letRoomGo()
    }

    /// Forgets rows that are too far below the window.
    mutating func trim(_ key: String, to window: SampleWindow) {
        let span = window.span(of: key)
        change(key) { $0.keep(max(KeyLedger.keptAtLeast, span?.samples ?? 0), below: span?.firstT) }
    }

    /// The same for all keys, but only once enough has gathered to be worth the work. If there are too many keys
    /// without a sample in the window, all of those are forgotten.
    mutating func trimWhenDue(to window: SampleWindow) {
        if keys.count > window.keyCount + Self.emptyAtMost {
            keys = keys.filter { window.holds(key: $0.key) }
            count = keys.values.reduce(0) { $0 + $1.count }
        }
        let enough = 3 * window.count + 2 * KeyLedger.keptAtLeast * keys.count + 1024
        // Many rows may be of few samples, so that there is nothing to trim: nobody looks in vain each time.
        guard count > enough, count > leftUntrimmed + leftUntrimmed / 2 else { return }
        for key in keys.keys { trim(key.text, to: window) }
        leftUntrimmed = count > enough ? count : 0
    }

    /// What is known about a key: about its samples in the window, or about its newest row if all have left the window.
    ///
    /// Unsettled if nothing is known.
    func mark(of key: String, in window: SampleWindow) -> KeyMarks.Mark {
        guard let ledger = self[key], let newest = ledger.newest else { return .unsettled }
        let span = window.span(of: key)
        return .settled(ledger.mark(from: span?.firstT ?? newest, to: span?.lastT ?? newest))
    }
}

/// The rows of a key, without their bytes: those whose samples are in the window, and some that have left it.
struct KeyLedger: Sendable {
    private struct Entry: Sendable {
        let score: Double
        /// The hash of ``Row``, which only this process knows.
        let member: UInt64
        let hash: UInt64
        /// When the row first came, Unix epoch in ms.
        let arrival: Double
    }

    /// The least number of rows below the window to keep.
    static let keptAtLeast = 16

    /// By score.
    private var entries: [Entry] = []
    /// The sum over all entries. A mark mostly leaves out only a few, and their hashes are subtracted.
    private var sum: UInt64 = 0
    private let capacity: Int
    /// The key has too many rows, so nothing is said about it any more.
    private(set) var isGivenUp = false

    init(capacity: Int) {
        self.capacity = capacity
    }

    var count: Int { entries.count }
    var newest: Double? { entries.last?.score }

    /// Takes a row, unless it is known already.
    ///
    /// - Returns: the time at which it first came. A row that is read again keeps its first time, so that it gets no
    ///   better place.
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
        entries.makeRoom(for: 1)
        entries.insert(Entry(score: row.score, member: row.memberHash, hash: hash, arrival: now), at: end)
        return now
    }

    mutating func remove(_ row: RowID) {
        guard let index = index(of: row.score, row.memberHash, before: firstIndex { $0 > row.score }) else { return }
        sum &-= entries.remove(at: index).hash
    }

    /// Forgets the oldest rows, so that at most `limit` rows are below `lowest`. With nil, at most `limit` rows are
    /// left at all.
    mutating func keep(_ limit: Int, below lowest: Double?) {
        let below = lowest.map { lowest in firstIndex { $0 >= lowest } } ?? entries.count
        guard below > limit else { return }
        sum &-= Self.sum(of: entries.prefix(below - limit))
        entries.removeFirst(below - limit)
    }

    /// What is known about the rows from `oldest` to `newest`.
    func mark(from oldest: Double, to newest: Double) -> KeyMark {
        let start = firstIndex { $0 >= oldest }
        return mark(above: start > 0 ? entries[start - 1].score : -.infinity, to: newest, start: start)
    }

    /// Whether the rows in the mark's range are the same.
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

    /// The first index whose score passes `isReached`.
    private func firstIndex(_ isReached: (Double) -> Bool) -> Int {
        // Most rows come in order, so the end is tried first.
        guard let last = entries.last, isReached(last.score) else { return entries.count }
        return entries.partitionPoint { isReached($0.score) }
    }
}
