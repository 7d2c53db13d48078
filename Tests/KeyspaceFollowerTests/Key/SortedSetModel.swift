import StreamAssembly

@testable import KeyspaceFollower

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
