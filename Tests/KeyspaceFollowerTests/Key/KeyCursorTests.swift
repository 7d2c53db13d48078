import StreamAssembly
import Testing

@testable import KeyspaceFollower

@Suite struct KeyCursorTests {
    private let full: [KeyRead] = [.newest(limit: 16), .cardinality]

    @Test func `reads an unknown key in full`() {
        var rig = CursorRig()
        let first = rig.add(1)
        let second = rig.add(2)
        #expect(rig.look(.probe) == [rig.added(first, second)])
        #expect(rig.reads == full)
    }

    @Test func `counts what is known and reads what is above`() {
        var rig = CursorRig(scores: [1, 2, 3])
        let new = rig.add(4)
        #expect(rig.look(.probe) == [rig.added(new)])
        #expect(
            rig.reads == [
                .count(ScoreRange(from: .unbounded, to: .excluding(1))),
                .count(ScoreRange(from: .including(1), to: .including(3))),
                .highest(ScoreRange(from: .excluding(3), to: .unbounded), limit: 600),
            ])
    }

    @Test func `finds nothing where nothing is new`() {
        var rig = CursorRig(scores: [1, 2, 3])
        for need in [KeyNeed.probe, .thorough, .full] { #expect(rig.look(need) == []) }
    }

    @Test func `looks at the lowest member too where in doubt`() {
        var rig = CursorRig(scores: [1, 2, 3])
        rig.look(.thorough)
        let bottom: [KeyRead] = [
            .count(ScoreRange(from: .unbounded, to: .excluding(1))),
            .count(ScoreRange(from: .including(1), to: .including(1))),
        ]
        #expect(Array(rig.reads.suffix(2)) == bottom)
        rig.cursor.trimReceived()
        rig.look(.probe)
        #expect(Array(rig.reads.suffix(2)) == bottom)
        rig.look(.probe)
        #expect(rig.reads.count == 3)
    }

    @Test func `tells of what was trimmed that it left at the bottom`() {
        var rig = CursorRig(scores: (1...100).map(Double.init))
        let lowest = rig.model.rows.prefix(30)
        rig.model.trim(toNewest: 70)
        let new = rig.add(101)
        #expect(rig.look(.probe) == [rig.added(new), rig.trimmed(lowest)])
        #expect(rig.reads.count == 5)
        #expect(rig.cursor.window.items.first?.score == 31)
        #expect(rig.cursor.longestTrim == 30)
    }

    @Test(arguments: [KeyNeed.probe, .thorough, .full])
    func `takes what lay above an older set for removed, not for trimmed`(need: KeyNeed) {
        // SWAPDB out, and back while the next sample comes.
        var rig = CursorRig(scores: [1, 2, 3])
        let before = rig.model.rows
        rig.model.delete()
        let between = (rig.add(4), rig.add(5))
        rig.look(.full)
        rig.model.delete()
        before.forEach { rig.model.add($0) }
        let after = rig.add(6)
        let gone = Set([between.0, between.1].map(RowID.init))
        var left: Set<RowID> = []
        for change in rig.look(need) {
            switch change {
            case .gone: left = gone
            case .removed(_, let rows): left.formUnion(rows)
            case .added, .trimmed, .again, .gap, .passedOver: break
            }
        }
        #expect(left == gone)
        #expect(Set(rig.cursor.window.items) == Set((before + [after]).map(RowID.init)))
    }

    @Test(arguments: [2.5, 3, 1, 0.5])
    func `finds a late arrival or an equal score`(score: Double) {
        var rig = CursorRig(scores: [1, 2, 3, 4])
        let late = rig.add(score)
        #expect(rig.look(.probe) == [rig.added(late)])
        #expect(rig.cursor.window.count == 5)
    }

    @Test func `finds a late arrival that makes up for a trim`() {
        var rig = CursorRig(scores: (1...100).map(Double.init))
        let lowest = rig.model.rows.prefix(1)
        rig.model.trim(toNewest: 99)
        rig.cursor.trimReceived()
        let late = rig.add(50.5)
        #expect(rig.look(.probe) == [rig.trimmed(lowest), rig.added(late)])
        #expect(rig.cursor.window.items.first?.score == 2)
    }

    @Test(arguments: [KeyNeed.thorough, .full])
    func `tells all once more where that is wanted`(need: KeyNeed) {
        var rig = CursorRig(scores: [1, 2, 3])
        let lowest = rig.model.rows.prefix(1)
        rig.model.trim(toNewest: 2)
        rig.cursor.isWantedAgain = true
        let again = Change.again(key: CursorRig.key, rows: rig.model.rows)
        #expect(rig.look(need) == [rig.trimmed(lowest), again])
        #expect(rig.look(.full) == [])
    }

    @Test func `removes what left the middle`() {
        var rig = CursorRig(scores: [1, 2, 3, 4])
        let lost = rig.model.rows[2]
        rig.model.remove(at: 2)
        #expect(rig.look(.probe) == [rig.removed(lost)])
        #expect(rig.look(.full) == [])
    }

    @Test func `moves a member with another score`() {
        var rig = CursorRig(scores: [1, 2, 3, 4])
        let old = rig.model.rows[1]
        let new = Row(score: 3.5, member: old.member, memberHash: old.memberHash)
        rig.model.add(new)
        #expect(rig.look(.full) == [rig.removed(old), rig.added(new)])
    }

    @Test(arguments: [KeyNeed.probe, .thorough, .full])
    func `tells that the key is gone`(need: KeyNeed) {
        var rig = CursorRig(scores: [1, 2])
        rig.model.delete()
        #expect(rig.look(need) == [CursorRig.gone])
        #expect(rig.cursor.window.isEmpty)
        #expect(rig.look(need) == [])
    }

    @Test(arguments: [KeyNeed.probe, .thorough, .full], [[5.0], [0.5], [1, 2], [0.5, 5]])
    func `tells another incarnation from new members`(need: KeyNeed, scores: [Double]) {
        var rig = CursorRig(scores: [1, 2])
        // Balanced counts are told by no probe: an event of the deletion asks for a full read.
        if need != .full, scores == [1, 2] { return }
        rig.model.delete()
        let rows = scores.map { rig.add($0) }
        let changes = rig.look(need)
        if need == .full || rows.contains(where: { $0.score > 2 }) && rows.count == 1 {
            #expect(changes == [CursorRig.gone, .added(key: CursorRig.key, rows: rows)])
        }
        #expect(Set(rig.cursor.window.items) == Set(rows.map { RowID($0) }))
        #expect(rig.look(.full) == [])
    }

    @Test(arguments: [1, 20])
    func `a member that moved up hides no late arrival`(newRows: Int) {
        var rig = CursorRig(scores: (1...40).map(Double.init))
        let old = rig.model.rows[20]
        let moved = Row(score: 50, member: old.member, memberHash: old.memberHash)
        rig.model.add(moved)
        let late = rig.add(30.5)
        for score in 0..<newRows { rig.add(60 + Double(score)) }
        rig.look(.probe)
        #expect(rig.ledger.emitted.contains(RowID(late)))
        #expect(rig.ledger.emitted.contains(RowID(moved)))
        #expect(rig.ledger.removed == [RowID(old)])
        #expect(Set(rig.cursor.window.items) == Set(rig.model.rows.map { RowID($0) }))
    }

    @Test func `a member that moved within the set hides no late arrival`() {
        var rig = CursorRig(scores: (1...100).map(Double.init))
        let old = rig.model.rows[20]
        rig.model.add(Row(score: 80.5, member: old.member, memberHash: old.memberHash))
        // Where the other was.
        let late = rig.add(21.25)
        rig.look(.probe)
        #expect(rig.ledger.emitted.contains(RowID(late)))
        #expect(Set(rig.cursor.window.items) == Set(rig.model.rows.map { RowID($0) }))
    }

    @Test func `tells of a gap when a burst outran the window`() {
        var rig = CursorRig(perKey: 10, scores: [1, 2])
        for score in 3...30 { rig.add(Double(score)) }
        #expect(rig.look(.probe) == [.gap(key: CursorRig.key, rows: rig.model.rows.suffix(10))])
        #expect(rig.cursor.window.count == 10)
        #expect(rig.look(.full) == [])
    }

    @Test func `keeps what lies below its floor to itself until newer members leave`() {
        var rig = CursorRig(perKey: 3, scores: [1, 2, 3, 4, 5])
        #expect(rig.ledger.emitted.count == 3)
        let below = rig.add(2.5)
        #expect(rig.look(.probe) == [])
        let highest = rig.model.rows[5]
        rig.model.remove(at: 5)
        #expect(rig.look(.full) == [rig.removed(highest), rig.added(below)])
        let late = rig.add(3.5)
        #expect(rig.look(.probe) == [rig.trimmed([below]), rig.added(late)])
    }

    @Test func `tells of what new members push out that it left, before those come`() {
        var rig = CursorRig(perKey: 3, scores: [1, 2, 3])
        let lowest = rig.model.rows[0]
        let new = rig.add(4)
        #expect(rig.look(.probe) == [rig.trimmed([lowest]), rig.added(new)])
    }

    @Test func `reads in full where all members have one score and more lie below`() {
        var rig = CursorRig(perKey: 3, scores: [7, 7, 7, 7, 7])
        var held = Set(rig.cursor.window.items)
        for _ in 0..<40 {
            rig.add(7)
            rig.look(.probe)
            #expect(rig.reads.first == .newest(limit: 3))
            let truth = Set(rig.model.rows.suffix(3).map { RowID($0) })
            #expect(Set(rig.cursor.window.items) == truth)
            held.formUnion(truth)
        }
        #expect(rig.ledger.emitted == held)
        #expect(rig.ledger.doubled == [])
    }

    @Test func `an error reply says nothing about the key`() {
        var rig = CursorRig(scores: [1, 2])
        var changes: [Change] = []
        let reads = rig.cursor.begin(.probe)
        let refusal = KeyAnswer.refused(code: "LOADING", message: "wait")
        let answers = [refusal] + reads.dropFirst().map(rig.model.answer)
        #expect(
            rig.cursor.received(answers, into: &changes) == .done(.refused(code: "LOADING", message: "wait")))
        #expect(changes == [])
        #expect(rig.cursor.window.count == 2)
        #expect(rig.look(.probe) == [])
    }

    @Test func `another type ends the key`() {
        var rig = CursorRig(scores: [1, 2])
        var changes: [Change] = []
        let reads = rig.cursor.begin(.full)
        #expect(rig.cursor.received(reads.map { _ in .wrongType }, into: &changes) == .done(.wrongType))
        #expect(changes == [CursorRig.gone])
    }

    @Test func `an empty range of a key that exists is no end of it`() {
        var rig = CursorRig(scores: [1, 2])
        var changes: [Change] = []
        _ = rig.cursor.begin(.full)
        #expect(rig.cursor.received([.rows([]), .count(1)], into: &changes) == .done(.changing))
        #expect(changes == [])
    }

    @Test func `a conversation that breaks off is as if it never was`() {
        var rig = CursorRig(scores: (1...100).map(Double.init))
        let late = rig.add(50.5)
        let reads = rig.cursor.begin(.probe)
        var changes: [Change] = []
        _ = rig.cursor.received(reads.map(rig.model.answer), into: &changes)
        #expect(changes == [])
        rig.cursor.abandon()
        #expect(rig.look(.probe) == [rig.added(late)])
    }

    @Test func `reads in full where a range grew while it was searched`() {
        var rig = CursorRig(scores: (1...600).map(Double.init))
        rig.add(300.5)
        var changes: [Change] = []
        var next = rig.cursor.begin(.probe)
        var isSwamped = false
        while true {
            let reads = next
            let isReadingLeaf = reads.contains { if case .highest(_, _, let limit) = $0 { limit < 600 } else { false } }
            if isReadingLeaf, !isSwamped {
                isSwamped = true
                for part in 1...100 { rig.add(300.5 + Double(part) / 1000) }
            }
            guard case .read(let more) = rig.cursor.received(reads.map(rig.model.answer), into: &changes) else { break }
            next = more
        }
        #expect(isSwamped)
        rig.ledger.apply(changes)
        let floor = rig.cursor.window.floor?.score ?? 0
        #expect(rig.ledger.emitted.isSuperset(of: rig.model.rows.lazy.filter { $0.score > floor }.map { RowID($0) }))
    }
}
