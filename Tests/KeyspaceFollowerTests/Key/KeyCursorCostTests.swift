import SeededRandom
import StreamAssembly
import TestSupport
import Testing

@testable import KeyspaceFollower

/// What following costs: rows read for each row that was written.
@Suite struct KeyCursorCostTests {
    @Test func `reads a trimmed set once`() {
        var rig = CursorRig(scores: (1...500).map(Double.init))
        rig.rowsRead = 0
        for sample in 0..<600 {
            rig.add(1000 + Double(sample))
            if sample.isMultiple(of: 30) {
                rig.model.trim(toNewest: 500)
                rig.cursor.trimReceived()
            }
            rig.look(.probe)
            #expect(rig.reads.count <= 7)
        }
        #expect(rig.rowsRead == 600)
        #expect(rig.ledger.doubled == [])
    }

    /// What the first part of a new key shows of its size bounds what is expected of the second.
    @Test(arguments: [1, 15, 16, 17, 100, 700])
    func `reads a new key once, in two parts at most`(count: Int) {
        var rig = CursorRig()
        for score in 1...count { rig.add(Double(score)) }
        let first = rig.cursor.begin(.probe)
        #expect(rig.cursor.expectedReplyBytes(first) < 128 << 10)
        rig.cursor.abandon()
        let changes = rig.look(.probe)
        #expect(changes == [.added(key: CursorRig.key, rows: Array(rig.model.rows.suffix(600)))])
        #expect(rig.reads.count == (count < 16 ? 2 : 3))
        #expect(rig.rowsRead <= min(count, 600) + 1)
    }

    /// Trims below the window, to its end, and into it.
    @Test(arguments: [200, 60, 50, 49, 40, 20])
    func `reads a trimmed set once that was larger than its share`(kept: Int) {
        var rig = CursorRig(perKey: 50, scores: (1...300).map(Double.init))
        rig.rowsRead = 0
        for sample in 0..<600 {
            rig.add(1000 + Double(sample))
            if sample.isMultiple(of: 5) {
                rig.model.trim(toNewest: kept)
                rig.cursor.trimReceived()
            }
            rig.look(.probe)
            #expect(!rig.cursor.window.isShort)
        }
        // The first trim may take most of the window at once.
        #expect(rig.rowsRead <= 600 + 50)
        #expect(rig.cursor.window.items == rig.model.rows.suffix(50).map { RowID($0) })
        #expect(rig.ledger.doubled == [])
    }

    @Test func `reads a disturbed set less than twice`() {
        var random = SeededGenerator(seed: 3)
        var rig = CursorRig(scores: (1...600).map(Double.init))
        rig.rowsRead = 0
        for sample in 0..<1000 {
            let now = 1000 + Double(sample)
            rig.add(sample % 5 == 2 ? now - Double(Int.random(in: 2...300, using: &random)) - 0.5 : now)
            rig.look(.probe)
        }
        #expect(rig.rowsRead < 2500)
        #expect(rig.ledger.doubled == [])
    }

    @Test func `a clock far in the future does not make every write a full read`() {
        var rig = CursorRig(scores: (1...600).map(Double.init) + [1e15])
        rig.rowsRead = 0
        for sample in 0..<1000 {
            rig.add(1000 + Double(sample))
            rig.look(.probe)
        }
        #expect(rig.rowsRead < 12000)
        #expect(rig.ledger.emitted.count == 1600)
    }
}
