import StreamAssembly

@testable import KeyspaceFollower

/// A cursor and the set that it looks at.
struct CursorRig {
    static let key = "sa:{h}:top"

    var model = SortedSetModel()
    var cursor: KeyCursor
    var ledger = ChangeLedger()
    var reads: [KeyRead] = []
    var rowsRead = 0
    private var number = 0

    init(perKey: Int = 600, scores: [Double] = []) {
        cursor = KeyCursor(key: Self.key, perKey: perKey)
        for score in scores { add(score) }
        if !scores.isEmpty { look(.full) }
    }

    @discardableResult
    mutating func add(_ score: Double) -> Row {
        number += 1
        let row = SortedSetModel.row(score, number)
        model.add(row)
        return row
    }

    /// One whole conversation with a set that keeps still; ``reads`` are those of all its steps.
    @discardableResult
    mutating func look(_ need: KeyNeed, within bounds: KeyCursor.Bounds = .init()) -> [Change] {
        reads = []
        var changes: [Change] = []
        var next = cursor.begin(need, within: bounds)
        while true {
            reads += next
            let answers = next.map(model.answer)
            for case .rows(let rows) in answers { rowsRead += rows.count }
            guard case .read(let more) = cursor.received(answers, into: &changes) else { break }
            next = more
        }
        ledger.apply(changes)
        return changes
    }

    func added(_ rows: Row...) -> Change { .added(key: Self.key, rows: rows) }
    func removed(_ rows: Row...) -> Change { .removed(key: Self.key, rows: rows.map(RowID.init)) }
    static let gone = Change.gone(key: key)
}
