import SeededRandom
import StreamAssembly
import TestSupport
import Testing

@testable import KeyspaceFollower

/// A seeded random walk of a sorted set, with writes between the steps of each conversation too.
@Suite struct KeyCursorWalkTests {
    private struct Walk {
        var random: SeededGenerator
        var model = SortedSetModel()
        var cursor: KeyCursor
        var ledger = ChangeLedger()
        /// What the events so far ask for; nil is a clean key.
        var need: KeyNeed?
        var clock = 1000.0
        var number = 0

        /// Whether events tell of what happens; else removals are left out, as a later addition may hide them.
        let isTold: Bool

        init(seed: UInt64, perKey: Int, isTold: Bool = true) {
            self.isTold = isTold
            random = SeededGenerator(seed: seed)
            cursor = KeyCursor(key: "sa:{h}:top", perKey: perKey)
        }

        var floor: Double { cursor.window.floor?.score ?? -.infinity }
        var truth: [RowID] { model.rows.filter { $0.score > floor }.map { RowID($0) } }

        mutating func write() {
            number += 1
            clock += 1
            let rows = model.rows
            switch Int.random(in: 0..<100, using: &random) {
            case 0..<55: add(clock)
            case 55..<70: add(Double.random(in: clock - 80..<clock, using: &random).rounded() - 0.5)
            case 70..<78: add(rows.suffix(rows.count / 2).randomElement(using: &random)?.score ?? clock)
            case 78..<88:
                model.trim(toNewest: Int.random(in: 20...80, using: &random))
                if isTold { cursor.trimReceived() }
            case 88..<94:
                guard isTold, let index = rows.indices.randomElement(using: &random) else { return }
                model.remove(at: index)
                raise(.full)
            case 94..<96:
                model.delete()
                if isTold { raise(.full) }
            case 96:
                for _ in 0..<Int.random(in: 20...120, using: &random) {
                    number += 1
                    clock += 1
                    add(clock)
                }
            default: break
            }
        }

        private mutating func add(_ score: Double) {
            model.add(SortedSetModel.row(score, number))
            raise(.probe)
        }

        private mutating func raise(_ new: KeyNeed) {
            if isTold || new == .full { need = max(need ?? .probe, new) }
        }

        /// Looks at the key until no event is left; other writers go on meanwhile `disturbances` times.
        mutating func settle(disturbances: Int) {
            var disturbances = disturbances
            while let need {
                self.need = nil
                var reads = cursor.begin(need)
                while true {
                    var answers: [KeyAnswer] = []
                    for read in reads {
                        answers.append(model.answer(read))
                        if disturbances > 0 {
                            disturbances -= 1
                            write()
                        }
                    }
                    var changes: [Change] = []
                    let step = cursor.received(answers, into: &changes)
                    ledger.apply(changes)
                    if case .read(let next) = step {
                        reads = next
                        continue
                    }
                    if step == .done(.changing) { raise(.full) }
                    break
                }
            }
        }
    }

    @Test(arguments: 1...100)
    func `belief equals the set at every quiet point`(seed: UInt64) throws {
        var walk = Walk(seed: seed, perKey: [30, 60, 600][Int(seed % 3)])
        for point in 0..<150 {
            for _ in 0...Int.random(in: 0..<4, using: &walk.random) { walk.write() }
            walk.settle(disturbances: point % 4 == 0 ? 6 : 0)
            let truth = walk.truth
            try #require(truth.filter { !walk.ledger.emitted.contains($0) } == [], "missing at \(point)")
            try #require(truth.filter { walk.ledger.removed.contains($0) } == [], "removed at \(point)")
            try #require(walk.ledger.doubled == [], "doubled at \(point)")
            // A trim alone is read by no one: the next look is due to notice it.
            walk.need = .probe
            walk.settle(disturbances: 0)
            let belief = walk.cursor.window.items.filter { $0.score > walk.floor }
            try #require(belief.map(\.score) == walk.truth.map(\.score), "point \(point)")
            try #require(Set(belief) == Set(walk.truth), "point \(point)")
            try #require(walk.cursor.window.count <= walk.cursor.window.capacity)
            // A read of all gives what a fresh cursor has.
            var read = walk
            read.need = .full
            read.settle(disturbances: 0)
            let newest = read.model.rows.suffix(read.cursor.perKey).map { RowID($0) }
            try #require(read.cursor.window.items == newest, "point \(point)")
            try #require(!read.cursor.window.isShort)
            // And none is needed where nothing is missing.
            try #require(walk.cursor.window.isShort || belief.count <= newest.count, "point \(point)")
            if walk.cursor.window.isShort { walk = read }
        }
    }

    @Test(arguments: 1...100)
    func `needs no event to find all but what a removal hides`(seed: UInt64) throws {
        var walk = Walk(seed: seed, perKey: [30, 60, 600][Int(seed % 3)], isTold: false)
        for point in 0..<150 {
            for _ in 0...Int.random(in: 0..<4, using: &walk.random) { walk.write() }
            walk.need = .thorough
            walk.settle(disturbances: 0)
            let truth = walk.truth
            try #require(truth.filter { !walk.ledger.emitted.contains($0) } == [], "missing at \(point)")
            try #require(truth.filter { walk.ledger.removed.contains($0) } == [], "removed at \(point)")
            try #require(walk.ledger.doubled == [], "doubled at \(point)")
        }
    }
}
