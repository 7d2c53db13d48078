import SortedSearch

/// The ``KeyLedger``s of all keys: what Redis is believed to hold in and around the window.
///
/// Bounded: of a key no more rows are kept below the window than the window holds of it, and
/// ``KeyLedger/keptAtLeast``; and of keys without a sample in the window no more than ``emptyAtMost``.
struct Ledger: Sendable {
    /// How many keys may be known that have no sample in the window; past it all of these are forgotten.
    static let emptyAtMost = 4096

    private let capacity: Int
    private(set) var keys: [ExactText: KeyLedger] = [:]
    private(set) var count = 0

    /// - Parameter perKey: samples of one key in the window at most.
    init(perKey: Int) {
        capacity = 4 * perKey + 1024
    }

    subscript(key: String) -> KeyLedger? { keys[ExactText(key)] }

    /// Takes the rows of a key that are not known yet.
    ///
    /// - Returns: when each first came.
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

    /// Changes what is known of a key in place.
    private mutating func change(_ key: String, _ body: (inout KeyLedger) -> Void) {
        guard let index = keys.index(forKey: ExactText(key)) else { return }
        let before = keys.values[index].count
        body(&keys.values[index])
        count += keys.values[index].count - before
        if keys.values[index].count == 0, !keys.values[index].isGivenUp { keys.remove(at: index) }
    }

    mutating func removeKey(_ key: String) {
        count -= keys.removeValue(forKey: ExactText(key))?.count ?? 0
    }

    /// Lets go what lies too far below the window.
    mutating func trim(_ key: String, to window: SampleWindow) {
        let span = window.span(of: key)
        change(key) { $0.keep(max(KeyLedger.keptAtLeast, span?.samples ?? 0), below: span?.firstT) }
    }

    /// The same for all keys, once so much has gathered that it is worth the work. Too many keys without a sample in the
    /// window are all forgotten.
    mutating func trimWhenDue(to window: SampleWindow) {
        if keys.count > window.keyCount + Self.emptyAtMost {
            keys = keys.filter { window.holds(key: $0.key) }
            count = keys.values.reduce(0) { $0 + $1.count }
        }
        guard count > 3 * window.count + 2 * KeyLedger.keptAtLeast * keys.count + 1024 else { return }
        for key in keys.keys { trim(key.text, to: window) }
    }

    /// What is known of a key: of its samples in the window, or, where those have all left it, of its newest row.
    ///
    /// Unsettled where nothing is known.
    func mark(of key: String, in window: SampleWindow) -> KeyMarks.Mark {
        guard let ledger = self[key], let newest = ledger.newest else { return .unsettled }
        let span = window.span(of: key)
        return .settled(ledger.mark(from: span?.firstT ?? newest, to: span?.lastT ?? newest))
    }
}

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
        return entries.partitionPoint { isReached($0.score) }
    }
}
