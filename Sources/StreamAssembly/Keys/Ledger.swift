/// The ``KeyLedger``s of all keys: what Redis is believed to hold in and around the window.
///
/// Bounded: of a key no more rows are kept below the window than the window holds of it, and
/// ``KeyLedger/keptAtLeast``; and of keys without a sample in the window no more than ``emptyAtMost``.
struct Ledger: Sendable {
    /// How many keys may be known that have no sample in the window; past it all of these are forgotten.
    static let emptyAtMost = 4096

    private let capacity: Int
    private var keys: [ExactText: KeyLedger] = [:]
    private(set) var count = 0

    /// - Parameter perKey: samples of one key in the window at most.
    init(perKey: Int) {
        capacity = 4 * perKey + 1024
    }

    var keyCount: Int { keys.count }

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
