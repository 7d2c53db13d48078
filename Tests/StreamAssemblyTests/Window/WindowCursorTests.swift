import SeededRandom
import Testing

@testable import StreamAssembly

/// The window read a page at a time.
@Suite struct WindowCursorTests {
    private static let keys = ["sa:{a}:top", "sa:{a}:net", "sa:{b}:top", "sa:{é}:top", "sa:x", "sa:y"]

    private static func added(_ random: inout SeededGenerator, now: Double) -> Change {
        let t = now - Double(Int.random(in: -6...60, using: &random))
        let key = keys.randomElement(using: &random) ?? ""
        let host = key.hasPrefix("sa:{") ? "" : #","host":"h\#(Int.random(in: 0...2, using: &random))","probe":"top""#
        return .added(key: key, rows: [.make("s\(Int.random(in: 0..<400, using: &random))", t: t, more: host)])
    }

    /// By the words of the contract: the newest by the time at which they count, shown by `t`.
    private static func naive(
        _ state: AssemblerState, _ selection: Selection, after t: Double, limit: Int
    ) -> [Sample] {
        let wanted = state.window.samples.filter {
            $0.t > t && selection.matches(host: $0.host, probe: $0.probe) && !state.isHeldBack($0.traits, host: $0.host)
        }
        return wanted.suffix(limit).sorted {
            ($0.t, ExactText($0.key), ExactText($0.id)) < ($1.t, ExactText($1.key), ExactText($1.id))
        }
    }

    private static func names(_ samples: [Sample]) -> Set<String> {
        Set(samples.map { "\($0.key) \($0.id) \($0.t)" })
    }

    @Test(arguments: 1...3 as ClosedRange<UInt64>)
    func `whatever is asked for, pages of any size give what is there, in order`(_ seed: UInt64) throws {
        var random = SeededGenerator(seed: seed)
        var state = AssemblerState(configuration: .make(try .make(samples: 300, perKey: 90)))
        let a = try #require(Glob("a"))
        let net = try #require(Glob("n*"))
        for round in 0..<15 {
            let now = 1_000 + Double(round)
            for _ in 0..<20 { _ = state.apply([Self.added(&random, now: now)], now: now) }
            let selection = [
                Selection.all, Selection(hosts: [a], probes: []), Selection(hosts: [], probes: [net]),
            ][round % 3]
            let after = Bool.random(using: &random) ? -.infinity : now - Double.random(in: 0...50, using: &random)
            let limit = Bool.random(using: &random) ? 1_000 : Int.random(in: 1...40, using: &random)
            let expected = Self.naive(state, selection, after: after, limit: limit)
            for maxBytes in [1, 100, 1_000, 1 << 20] {
                #expect(state.newest(selection, after: after, limit: limit, maxBytes: maxBytes) == expected)
            }
        }
        #expect(state.window.count > 100)
    }

    @Test(arguments: 11...13 as ClosedRange<UInt64>)
    func `what changes while it is read is told once or not at all, and what stays is told`(_ seed: UInt64) throws {
        var random = SeededGenerator(seed: seed)
        var state = AssemblerState(configuration: .make(try .make(samples: 300, perKey: 90)))
        for _ in 0..<700 { _ = state.apply([Self.added(&random, now: 1_000)], now: 1_000) }
        let before = Self.naive(state, .all, after: -.infinity, limit: 1_000)
        var cursor = state.cursor(.all, after: -.infinity, limit: 1_000)
        var told: [Sample] = []
        var gone: Set<String> = []
        while case let page = state.next(&cursor, maxBytes: 200), !page.isEmpty {
            told += page
            let held = Self.names(state.window.samples)
            for _ in 0..<5 { _ = state.apply([Self.added(&random, now: 1_010)], now: 1_010) }
            gone.formUnion(held.subtracting(Self.names(state.window.samples)))
        }
        let order = told.map { ($0.t, ExactText($0.key), ExactText($0.id)) }
        #expect(zip(order, order.dropFirst()).allSatisfy { $0 < $1 })
        let missing = Self.names(before).subtracting(Self.names(told).union(gone))
        #expect(missing.isEmpty)
        #expect(told.count <= 1_000 && !gone.isEmpty)
    }

    @Test func `keys read a page at a time are all keys, in order`() throws {
        var state = AssemblerState(configuration: .make(try .make()))
        var random = SeededGenerator(seed: 7)
        for number in (0..<100).shuffled(using: &random) {
            let key = number % 2 == 0 ? "sa:{h\(number)}:top" : "sa:k\(number)"
            _ = state.apply([.added(key: key, rows: [.make("s", t: 1, more: #","host":"x","probe":"y""#)])], now: 2)
        }
        for limit in [1, 2, 7, 50, 1_000] {
            var (all, last): ([KeySummary], String?) = ([], nil)
            while case let page = state.keys(.all, after: last, limit: limit), let end = page.last {
                all += page.keys
                last = end
            }
            #expect(all == state.keys(.all) && all.count > 40)
        }
    }

    @Test func `where the notes would be long the oldest are left out`() throws {
        var state = AssemblerState(configuration: .make(try .make()))
        for number in 1...100 {
            _ = state.apply([.added(key: "sa:\(number)", rows: [.make("s", t: Double(number))])], now: 200)
        }
        let size = try #require(
            state.newest(.all, after: 0, limit: 1).first.map { SampleNotes.size(key: $0.key, $0.traits) })
        var cursor = state.cursor(.all, after: 0, limit: 1_000, noteBytes: 10 * size)
        #expect(state.next(&cursor, maxBytes: .max).map(\.t) == (91...100).map(Double.init))
    }
}
