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
    mutating func look(_ need: KeyNeed, within bounds: LookBounds = .init()) -> [Change] {
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
    func trimmed(_ rows: some Sequence<Row>) -> Change { .trimmed(key: Self.key, rows: rows.map { RowID($0) }) }
    static let gone = Change.gone(key: key)
}

/// A sorted set as Redis has it, in the simplest form that can be right.
struct SortedSetModel {
    private(set) var rows: [Row] = []

    static func row(_ score: Double, _ number: Int) -> Row {
        let hash = UInt64(number) &* 0x9E37_79B9_7F4A_7C15
        return Row(score: score, member: Array("m\(hash):\(number)".utf8), memberHash: hash)
    }

    mutating func add(_ row: Row) {
        rows.removeAll { $0.memberHash == row.memberHash }
        rows.append(row)
        rows.sort {
            $0.score != $1.score ? $0.score < $1.score : $0.member.lexicographicallyPrecedes($1.member)
        }
    }

    mutating func remove(at index: Int) { rows.remove(at: index) }
    mutating func trim(toNewest count: Int) { rows = rows.suffix(count) }
    mutating func delete() { rows = [] }

    func answer(_ read: KeyRead) -> KeyAnswer {
        switch read {
        case .cardinality: .count(rows.count)
        case .count(let range): .count(rows.count { range.contains($0.score) })
        case .newest(let below, let offset, let limit):
            answer(.highest(ScoreRange(from: .unbounded, to: below), offset: offset, limit: limit))
        case .highest(let range, let offset, let limit):
            .rows(rows.filter { range.contains($0.score) }.dropLast(offset).suffix(limit))
        }
    }
}

/// What a client holds that does as the changes say; records what breaks "exactly once per incarnation".
struct ChangeLedger {
    private(set) var emitted: Set<RowID> = []
    /// Without what left.
    private var held: Set<RowID> = []
    private(set) var removed: Set<RowID> = []
    private(set) var doubled: [RowID] = []
    private(set) var gaps = 0

    mutating func apply(_ changes: [Change]) {
        for change in changes {
            switch change {
            case .added(_, let rows):
                for row in rows {
                    let id = RowID(row)
                    emitted.insert(id)
                    if !held.insert(id).inserted { doubled.append(id) }
                }
            case .removed(_, let rows):
                removed.formUnion(rows)
                held.subtract(rows)
            case .gone: (emitted, held, removed) = ([], [], [])
            case .gap(_, let rows):
                gaps += 1
                held = Set(rows.map { RowID($0) })
                emitted.formUnion(held)
            case .trimmed(_, let rows): held.subtract(rows)
            case .again, .passedOver: break
            }
        }
    }
}
