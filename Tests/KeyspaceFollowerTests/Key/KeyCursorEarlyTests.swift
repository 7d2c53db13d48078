import StreamAssembly
import Testing

@testable import KeyspaceFollower

/// What lies beyond the ceiling is counted once, however many looks there are and whatever becomes ours meanwhile.
@Suite struct KeyCursorEarlyTests {
    private func told(_ changes: [Change], above ceiling: Double) -> Int {
        changes.reduce(0) { sum, change in
            switch change {
            case .added(_, let rows): sum + rows.count { $0.score > ceiling }
            case .passedOver(_, let count): sum + count
            case .removed, .trimmed, .again, .gone, .gap: sum
            }
        }
    }

    @Test func `a clock that is always ahead has each of its samples counted`() {
        var rig = CursorRig(perKey: 50, scores: [0])
        var count = 0
        // One a second, 100 s ahead, where 40 s are allowed; looked at each fifth second.
        for second in 1...1000 {
            rig.add(Double(second + 100))
            guard second.isMultiple(of: 5) else { continue }
            let ceiling = Double(second + 40)
            count += told(rig.look(.thorough, within: .init(ceiling: ceiling)), above: ceiling)
            #expect(count == second)
        }
        // As many conversations as before: one more step where something is new, and none that reads much.
        #expect(rig.rowsRead < 3500)
    }

    @Test(arguments: [1, 64, 65, 1000])
    func `many at once are all counted, and read in part`(many: Int) {
        var rig = CursorRig(perKey: 50, scores: [1, 2, 3])
        for number in 0..<many { rig.add(1000 + Double(number)) }
        rig.rowsRead = 0
        #expect(told(rig.look(.thorough, within: .init(ceiling: 10)), above: 10) == many)
        #expect(rig.rowsRead == min(many, 64))
        #expect(rig.look(.thorough, within: .init(ceiling: 10)) == [])
    }

    @Test func `those that a clock set back takes out again are counted as what they are now`() {
        var rig = CursorRig(perKey: 50, scores: [1, 2, 3])
        rig.look(.thorough, within: .init(ceiling: 10))
        rig.add(8)
        rig.look(.thorough, within: .init(ceiling: 10))
        #expect(told(rig.look(.thorough, within: .init(ceiling: 5)), above: 5) == 1)
        #expect(rig.look(.thorough, within: .init(ceiling: 5)) == [])
    }

    @Test func `the stream tells of each, and the next look of none again`() {
        var rig = CursorRig(perKey: 50, scores: [1, 2, 3])
        var changes: [Change] = []
        for number in 0..<100 {
            let row = rig.add(1000 + Double(number))
            let write = SortedSetCommand.add([.init(score: row.score, member: row.member)], [])
            #expect(rig.cursor.apply(write, ceiling: 10, into: &changes) == .applied)
        }
        #expect(told(changes, above: 10) == 100)
        #expect(told(rig.look(.full, within: .init(ceiling: 10)), above: 10) == 0)
        #expect(told(rig.look(.full, within: .init(ceiling: 1009)), above: 1009) == 0)
    }
}
