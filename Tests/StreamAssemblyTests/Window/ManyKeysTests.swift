import SeededRandom
import Testing

@testable import StreamAssembly

/// Readers of a window of many keys: whatever they ask for, one step is short, and all steps together are not many more
/// looks than there are keys and samples.
@Suite struct ManyKeysTests {
    private static let keys = 10_000

    private static func state() -> AssemblerState {
        var state = AssemblerState(configuration: .init())
        for number in 0..<keys {
            let row = Row.make("h:k\(number):1", t: Double(1 + number * 7919 % keys))
            _ = state.apply([.added(key: "sa:{h}:k\(number)", rows: [row])], now: 20_000)
        }
        return state
    }

    @Test func `a window of one sample a key is read in short steps, a few looks for each`() {
        let state = Self.state()
        var cursor = state.cursor(.all, after: -.infinity, limit: .max)
        var (times, looks): ([Double], Int) = ([], 0)
        while let page = state.step(&cursor, maxBytes: 1000) {
            #expect(cursor.looks <= 4096 + 2)
            looks += cursor.looks
            let work = cursor.takeWork()
            #expect(work >= Double(page.count))
            // Whoever takes his time from the first page on holds one place of a key, not two.
            if !page.isEmpty { #expect(cursor.chosen.capacity == 0) }
            times += page.map(\.t)
        }
        #expect(times == (1...Self.keys).map(Double.init))
        #expect(looks < 8 * Self.keys)
    }

    @Test func `the few newest are read without a look at all keys for each page`() throws {
        let state = Self.state()
        var cursor = state.cursor(.all, after: -.infinity, limit: 100)
        var (times, looks): ([Double], Int) = ([], 0)
        while let page = state.step(&cursor, maxBytes: 1) {
            looks += cursor.looks
            _ = cursor.takeWork()
            times += page.map(\.t)
        }
        #expect(times == (9901...Self.keys).map(Double.init))
        #expect(looks < Self.keys + 2000)

        let nobody = Selection(hosts: [try #require(Glob("nobody"))], probes: [])
        cursor = state.cursor(nobody, after: -.infinity, limit: 100)
        while let page = state.step(&cursor, maxBytes: 1) {
            #expect(page.isEmpty && cursor.looks <= 4096)
            _ = cursor.takeWork()
        }
    }

    @Test func `columns of keys without samples of the span pass over some keys in a step, not all`() throws {
        let state = Self.state()
        var cursor = PastCursor(.all, try SeriesSpan(from: 100_000, to: 200_000, step: 1000))
        var steps = 0
        while case let (slice, isEnd) = state.step(&cursor), !isEnd {
            #expect(slice == nil)
            steps += 1
        }
        #expect((Self.keys / 64...Self.keys / 16).contains(steps))
        let nobody = Selection(hosts: [try #require(Glob("nobody"))], probes: [])
        cursor = PastCursor(nobody, try SeriesSpan(from: 0, to: 20_000, step: 1000))
        #expect(state.step(&cursor).slice == nil)
        #expect(!cursor.isLastPage)
        #expect(state.next(&cursor) == nil)
    }

    @Test func `keys of many samples that name hosts themselves are listed a few at a time`() throws {
        var state = AssemblerState(configuration: .init())
        for key in 0..<20 {
            let rows = (0..<600).map { number in
                Row.make("s\(number)", t: Double(number), more: #","host":"h\#(number % 300)","probe":"p""#)
            }
            _ = state.apply([.added(key: "sa:\(key)", rows: rows)], now: 1000)
        }
        let page = state.keys(.all, after: nil, limit: 256)
        #expect(page.keys.count == 14 * 300)
        #expect(page.keys.first?.samples == 2)
        #expect(page.keys.first.map { [$0.firstT, $0.lastT] } == [0, 300])
        let rest = state.keys(.all, after: page.last, limit: 256)
        #expect(page.keys + rest.keys == state.keys(.all))
    }

    @Test(arguments: 1...3 as ClosedRange<UInt64>)
    func `names are sorted whatever comes and goes`(_ seed: UInt64) {
        var random = SeededGenerator(seed: seed)
        var (sorted, names) = (SortedKeys(), Set<ExactText>())
        for round in 0..<12_000 {
            let name = ExactText("k\(Int.random(in: 0..<4000, using: &random))")
            // Most come first, and most go then.
            let comes = Int.random(in: 0..<10, using: &random) < (round < 6000 ? 8 : 1)
            if comes, names.insert(name).inserted { sorted.insert(name, round) }
            if !comes {
                names.remove(name)
                sorted.remove(name)
            }
            guard round % 1000 == 999 else { continue }
            let expected = names.sorted()
            #expect(sorted.entries.map(\.name) == expected)
            #expect(sorted.pieces.allSatisfy { !$0.isEmpty && $0.count <= SortedKeys.mostOfPiece })
            #expect(sorted.pieces.count <= 2 + expected.count / (SortedKeys.mostOfPiece / 4))
            var seen: [ExactText] = []
            sorted.visit(after: name) { entry in
                seen.append(entry.name)
                return seen.count < 700
            }
            #expect(seen == Array(expected.filter { name < $0 }.prefix(700)))
        }
        for name in names { sorted.remove(name) }
        #expect(sorted.pieces.isEmpty)
    }
}
