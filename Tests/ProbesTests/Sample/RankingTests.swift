import ProcFS
import SeededRandom
import Testing

@testable import Probes

@Suite struct RankingTests {
    @Test(arguments: 0..<40 as Range<UInt64>)
    func `gives what sorting would`(seed: UInt64) {
        var random = SeededGenerator(seed: seed)
        let values = (0..<Int.random(in: 0...60, using: &random)).map { _ in
            Double(Int.random(in: 0...12, using: &random))
        }
        let count = Int.random(in: 0...20, using: &random)
        let sorted = values.indices.filter { values[$0] > 0 }.sorted { (values[$0], $1) > (values[$1], $0) }
        #expect(Ranking.top(count, of: values.count) { values[$0] } == Array(sorted.prefix(count)))
    }

    @Test(arguments: 0..<40 as Range<UInt64>)
    func `chooses what sorting by all numbers would`(seed: UInt64) {
        var random = SeededGenerator(seed: seed)
        let rows = (0..<Int.random(in: 0...700, using: &random)).map { _ in
            (0..<3).map { _ in Double(Int.random(in: 0...3, using: &random)) }
        }
        let count = seed % 2 == 0 ? Int.random(in: 0...40, using: &random) : Int.random(in: 513...600, using: &random)
        let sorted = rows.indices.sorted { first, second in
            for (one, other) in zip(rows[first], rows[second]) where one != other { return one > other }
            return first < second
        }
        let chosen = Ranking.chosen(count, of: rows.count) { Worth(rows[$0][0], rows[$0][1], rows[$0][2]) }
        #expect(chosen == (rows.count > count ? Array(sorted.prefix(count)) : Array(rows.indices)))
    }

    @Test(arguments: 0..<40 as Range<UInt64>)
    func `finds each socket of the reading before, whatever came, went or moved`(seed: UInt64) {
        var random = SeededGenerator(seed: seed)
        let before = (1...60).map { Make.socket(UInt64($0), metrics: Make.metrics(received: UInt64($0))) }
        var after = before.filter { _ in Int.random(in: 0..<3, using: &random) > 0 }
        if seed % 2 == 0 { after.shuffle(using: &random) }
        after.insert(Make.socket(900, metrics: Make.metrics(received: 5)), at: after.count / 2)
        for index in after.indices { after[index].metrics?.bytesReceived? += 10 }
        let all = ConnectionActivity.all(from: before, to: after, seconds: 1)
        #expect(all.map(\.receivedBps) == after.map { $0.cookie == 900 ? nil : 10 })
    }

    @Test(arguments: 0..<40 as Range<UInt64>)
    func `finds each process of the reading before in any order`(seed: UInt64) throws {
        var random = SeededGenerator(seed: seed)
        let before = try (1...50).filter { _ in Bool.random(using: &random) }.map { try Make.process($0, ticks: 100) }
        let after = try (1...50).filter { _ in Bool.random(using: &random) }.shuffled(using: &random).map {
            try Make.process($0, ticks: 150)
        }
        let all = ProcessActivities(
            from: try Make.top(atMs: 1000, before), to: try Make.top(atMs: 2000, after), units: HostUnits()
        ).all
        let known = Set(before.map(\.pid))
        #expect(Set(all.map(\.process.pid)) == Set(after.map(\.pid)))
        for activity in all { #expect(activity.cpuPct == (known.contains(activity.process.pid) ? 50 : nil)) }
    }
}
