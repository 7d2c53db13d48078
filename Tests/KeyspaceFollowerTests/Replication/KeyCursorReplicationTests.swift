import SeededRandom
import StreamAssembly
import TestSupport
import Testing

@testable import KeyspaceFollower

/// A cursor that is told each write of the set that it looks at.
@Suite
struct KeyCursorReplicationTests {
    private static func row(_ pair: SortedSetCommand.Pair) -> Row {
        Row(score: pair.score, member: pair.member, memberHash: MemberHash.hash(pair.member))
    }

    private static func pair(_ score: Double, _ number: Int) -> SortedSetCommand.Pair {
        .init(score: score, member: Array("m\(number)".utf8))
    }

    /// A sorted set with Redis' own rules for its commands.
    private struct Truth {
        var rows: [Row] = []

        private mutating func set(_ row: Row) {
            rows.removeAll { $0.memberHash == row.memberHash }
            rows.append(row)
            rows.sort {
                $0.score != $1.score ? $0.score < $1.score : $0.member.lexicographicallyPrecedes($1.member)
            }
        }

        mutating func execute(_ command: SortedSetCommand) {
            switch command {
            case .add(let pairs, let condition):
                for pair in pairs {
                    let new = KeyCursorReplicationTests.row(pair)
                    let old = rows.first { $0.memberHash == new.memberHash }
                    if condition.contains(.absent), old != nil { continue }
                    if condition.contains(.present), old == nil { continue }
                    if condition.contains(.greater), let old, new.score <= old.score { continue }
                    if condition.contains(.less), let old, new.score >= old.score { continue }
                    set(new)
                }
            case .increment(let member, let amount):
                let old = rows.first { $0.member == member }?.score ?? 0
                set(KeyCursorReplicationTests.row(.init(score: old + amount, member: member)))
            case .remove(let members): rows.removeAll { members.contains($0.member) }
            case .trim(let newest): rows = rows.suffix(newest)
            case .removeScores(let range): rows.removeAll { range.contains($0.score) }
            case .popLowest(let count): rows.removeFirst(min(count, rows.count))
            case .popHighest(let count): rows.removeLast(min(count, rows.count))
            case .delete, .unclear: rows = []
            }
        }
    }

    private typealias Walked = KeyCursorReplicationTests

    private struct Walk {
        var random: SeededGenerator
        var truth = Truth()
        var cursor: KeyCursor
        /// What a client holds.
        var held: Set<RowID> = []
        var doubled: [RowID] = []
        /// Said to have left though never held.
        var strange: [RowID] = []
        var clock = 100.0
        var reads = 0

        init(seed: UInt64, perKey: Int) {
            random = SeededGenerator(seed: seed)
            cursor = KeyCursor(key: "sa:{h}:top", perKey: perKey)
        }

        mutating func command() -> SortedSetCommand {
            clock += 1
            let score =
                Bool.random(using: &random)
                ? clock : Double(Int.random(in: Int(clock) - 60...Int(clock), using: &random))
            let number = Bool.random(using: &random) ? Int(clock) + 1000 : Int.random(in: 0..<150, using: &random)
            let known = truth.rows.randomElement(using: &random)?.member ?? [1]
            switch Int.random(in: 0..<100, using: &random) {
            case 0..<50: return .add([Walked.pair(score, number)], [])
            case 50..<56:
                return .add(
                    [.init(score: score, member: known), Walked.pair(score, number), Walked.pair(clock, number)], [])
            case 56..<64:
                let conditions: [SortedSetCommand.Condition] = [
                    .absent, .present, .greater, .less, [.present, .greater], [.present, .less],
                ]
                let target = Bool.random(using: &random) ? known : Walked.pair(0, number).member
                return .add([.init(score: score, member: target)], conditions.randomElement(using: &random) ?? [])
            case 64..<70: return .increment(member: Bool.random(using: &random) ? known : [7], by: 3)
            case 70..<78: return .remove([known, [1, 2, 3]])
            case 78..<86: return .trim(newest: Int.random(in: 0...90, using: &random))
            case 86..<90: return .removeScores(.init(from: .unbounded, to: .excluding(clock - 50)))
            case 90..<93: return .removeScores(.init(from: .including(clock - 20), to: .including(clock - 15)))
            case 93..<96: return .popLowest(Int.random(in: 0...3, using: &random))
            case 96..<98: return .popHighest(1)
            case 98: return .delete
            default: return .unclear
            }
        }

        mutating func tell(_ changes: [Change]) {
            for change in changes {
                switch change {
                case .added(_, let rows):
                    for row in rows where !held.insert(RowID(row)).inserted { doubled.append(RowID(row)) }
                case .removed(_, let rows): held.subtract(rows)
                case .gone: held = []
                case .gap(_, let rows): held = Set(rows.map { RowID($0) })
                case .trimmed(_, let rows):
                    if !held.isSuperset(of: rows) { strange += rows }
                    held.subtract(rows)
                case .again, .passedOver: break
                }
            }
        }

        mutating func read() {
            reads += 1
            var changes: [Change] = []
            var next = cursor.begin(.full)
            while case .read(let more) = cursor.received(next.map(answer), into: &changes) { next = more }
            tell(changes)
        }

        func answer(_ read: KeyRead) -> KeyAnswer {
            switch read {
            case .cardinality: .count(truth.rows.count)
            case .count(let range): .count(truth.rows.count { range.contains($0.score) })
            case .newest(let below, let offset, let limit):
                answer(.highest(ScoreRange(from: .unbounded, to: below), offset: offset, limit: limit))
            case .highest(let range, let offset, let limit):
                .rows(truth.rows.filter { range.contains($0.score) }.dropLast(offset).suffix(limit))
            }
        }
    }

    @Test(arguments: [(1, 1000), (2, 40), (3, 12), (4, 1)])
    func `knows the set after each write, or that it does not know it`(seed: UInt64, perKey: Int) {
        var walk = Walk(seed: seed, perKey: perKey)
        var unknown = 0
        for step in 0..<20_000 {
            let command = walk.command()
            walk.truth.execute(command)
            var changes: [Change] = []
            let application = walk.cursor.apply(command, into: &changes)
            walk.tell(changes)
            if application == .unknown {
                unknown += 1
                walk.read()
            }
            let window = walk.cursor.window
            let ours = walk.truth.rows.filter { window.isOurs($0) }
            let believed = Set(window.items)
            // Whatever of ours is in the set is believed, but for one thing: above a raised floor of equal scores.
            let expected = Set(ours.map { RowID($0) })
            let strays = believed.symmetricDifference(expected).filter { $0.score != window.floor?.score }
            #expect(strays.isEmpty, "step \(step): \(command)")
            #expect(believed.isSubset(of: walk.held), "step \(step): \(command)")
            #expect(walk.doubled == [], "step \(step): \(command)")
            guard strays.isEmpty, walk.doubled.isEmpty else { break }
            #expect(walk.strange == [], "step \(step): \(command)")
            // What the window has no room for is told as well.
            #expect(walk.held == believed, "step \(step): \(command)")
            // A read is due, but not at once.
            guard window.isShort, step.isMultiple(of: 5) else { continue }
            walk.read()
            #expect(Set(walk.cursor.window.items) == Set(walk.truth.rows.suffix(perKey).map { RowID($0) }))
            #expect(!walk.cursor.window.isShort)
        }
        #expect(unknown > 100)
        #expect(unknown < 12_000)
    }

    @Test func `members of one score are read where the window cannot hold them all`() {
        var cursor = KeyCursor(key: "k", perKey: 3)
        var changes: [Change] = []
        let pairs = (0..<5).map { Self.pair(7, $0) }
        #expect(cursor.apply(.add(Array(pairs[..<3]), []), into: &changes) == .applied)
        #expect(cursor.apply(.add([pairs[3]], []), into: &changes) == .unknown)
        #expect(cursor.apply(.add([Self.pair(8, 9)], []), into: &changes) == .unknown)
        _ = cursor.begin(.full)
        let rows = pairs[1...3].map(Self.row)
        _ = cursor.received([.rows(rows), .count(4)], into: &changes)
        #expect(cursor.apply(.add([pairs[0]], []), into: &changes) == .applied)
        #expect(cursor.apply(.add([pairs[4]], []), into: &changes) == .unknown)
    }

    @Test func `few members of one score leave together, without a read`() {
        var cursor = KeyCursor(key: "k", perKey: 6)
        var changes: [Change] = []
        let pairs = [1, 1, 2, 3, 4, 5].enumerated().map { Self.pair(Double($1), $0) }
        #expect(cursor.apply(.add(pairs, []), into: &changes) == .applied)
        #expect(cursor.apply(.add([Self.pair(6, 6)], []), into: &changes) == .applied)
        #expect(cursor.window.items.map(\.score) == [2, 3, 4, 5, 6])
        #expect(cursor.apply(.add([Self.pair(1, 7)], []), into: &changes) == .unknown)
    }

    @Test func `a trim is told apart from a removal`() {
        var cursor = KeyCursor(key: "k", perKey: 10)
        var changes: [Change] = []
        let pairs = (0..<6).map { Self.pair(Double($0), $0) }
        #expect(cursor.apply(.add(pairs, []), into: &changes) == .applied)
        #expect(changes == [.added(key: "k", rows: pairs.map(Self.row))])
        changes = []
        #expect(cursor.apply(.trim(newest: 4), into: &changes) == .applied)
        #expect(changes == [.trimmed(key: "k", rows: pairs[..<2].map { RowID(Self.row($0)) })])
        changes = []
        #expect(cursor.apply(.remove([pairs[3].member, pairs[0].member]), into: &changes) == .applied)
        #expect(changes == [.removed(key: "k", rows: [RowID(Self.row(pairs[3]))])])
        changes = []
        #expect(cursor.apply(.trim(newest: 0), into: &changes) == .absent)
        #expect(changes == [.gone(key: "k")])
    }

    @Test func `a move is a removal and an addition`() {
        var cursor = KeyCursor(key: "k", perKey: 10)
        var changes: [Change] = []
        let pairs = (0..<3).map { Self.pair(Double($0), $0) }
        _ = cursor.apply(.add(pairs, []), into: &changes)
        changes = []
        let moved = SortedSetCommand.Pair(score: 9, member: pairs[1].member)
        #expect(cursor.apply(.add([pairs[0], moved], []), into: &changes) == .applied)
        #expect(
            changes == [
                .removed(key: "k", rows: [RowID(Self.row(pairs[1]))]), .added(key: "k", rows: [Self.row(moved)]),
            ])
    }
}
