import SeededRandom
import Testing

@testable import StreamAssembly

/// Sets that share members, outgrow the window and are trimmed, of which nobody tells.
@Suite struct TrimmedCopiesTests {
    private static let keys = (0..<8).map { "sa:{k\($0)}:top" }
    private static let rows: [Row] = (0..<40).map { .make("\($0)", t: Double($0)) }

    /// What a follower sees of a set is its newest; what leaves from the bottom of that it tells to nobody.
    private func changes(_ key: String, from before: Set<Int>, to after: Set<Int>) -> [Change] {
        guard let lowest = after.min() else { return before.isEmpty ? [] : [.gone(key: key)] }
        let removed = before.subtracting(after).filter { $0 > lowest }.sorted()
        return [
            .removed(key: key, rows: removed.map { Self.rows[$0].id }),
            .added(key: key, rows: after.subtracting(before).sorted().map { Self.rows[$0] }),
        ]
    }

    @Test(arguments: 1...20 as ClosedRange<UInt64>, [4, 12])
    func `the window has what any key has room for, and of each key only what it was told`(
        seed: UInt64, perKey: Int
    ) throws {
        var random = SeededGenerator(seed: seed)
        var state = AssemblerState(configuration: .make(try .make(perKey: perKey)))
        var sets: [String: Set<Int>] = [:]
        var (seen, told, outgrown) = (sets, sets, sets)
        for _ in 0..<200 {
            for _ in 0..<Int.random(in: 1...4, using: &random) { write(&sets, &random) }
            for key in Self.keys.shuffled(using: &random) {
                let (before, after) = (seen[key] ?? [], Set((sets[key] ?? []).sorted().suffix(perKey)))
                _ = state.apply(changes(key, from: before, to: after), now: 0)
                seen[key] = after
                let trimmed = (told[key] ?? []).filter { $0 < after.min() ?? 0 || !before.contains($0) }
                let all = after.union(after.isEmpty ? [] : trimmed)
                told[key] = all
                // Trimmed ones take their place, as the window does not know of it.
                let full = after.filter { row in all.count { $0 > row } >= perKey }
                outgrown[key] = (outgrown[key] ?? []).intersection(after).union(full)
            }
            let wanted = Set(Self.keys.flatMap { (seen[$0] ?? []).subtracting(outgrown[$0] ?? []) })
            #expect(wanted.subtracting(state.window.ids.compactMap(Int.init)) == [])
            for key in Self.keys {
                let own = Set(state.window.newest(.max, of: key).compactMap { Int($0.id) })
                #expect(own.subtracting(told[key] ?? []) == [])
            }
            #expect(state.window.brokenInvariant(now: 0) == nil)
        }
        _ = state.apply(Self.keys.map { .gone(key: $0) }, now: 0)
        #expect((state.window.count, state.rememberedCopies) == (0, 0))
    }

    private func write(_ sets: inout [String: Set<Int>], _ random: inout SeededGenerator) {
        let (one, other) = (key(&random), key(&random))
        switch Int.random(in: 0..<8, using: &random) {
        case 0, 1: sets[one] = sets[other]
        case 2 where one != other: (sets[one], sets[other]) = (sets[other], nil)
        case 3: sets[one] = nil
        case 4: sets[one] = Set((sets[one] ?? []).sorted().suffix(3))
        case 5: sets[one]?.remove(Int.random(in: 0..<40, using: &random))
        default: sets[one, default: []].insert(Int.random(in: 0..<40, using: &random))
        }
    }

    private func key(_ random: inout SeededGenerator) -> String { Self.keys.randomElement(using: &random) ?? "" }
}
