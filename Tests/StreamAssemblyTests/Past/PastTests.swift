import JSONBytes
import SeededRandom
import Testing

@testable import StreamAssembly

/// The past as columns, and as the samples of one moment, beside what a reader of everything would find.
@Suite struct PastTests {
    // MARK: Spans

    @Test func `points are whole multiples of the step, and take in both ends`() throws {
        let span = try SeriesSpan(from: 10_500, to: 12_000, step: 1000)
        #expect((span.from, span.to, span.points) == (10_000, 13_000, 3))
        #expect([9999, 10_000, 10_999.5, 12_999, 13_000].map { span.point(of: $0) } == [nil, 0, 0, 2, nil])
        #expect(try SeriesSpan(from: 5, to: 5, step: 100).points == 1)
        #expect(try SeriesSpan(from: 0, to: 999_900, step: 100).points == 10_000)
    }

    @Test(
        arguments: [
            (0, 1, 99, "step"), (0, 1, 3_600_001, "step"), (0, 1, 100.5, "step"), (0, 1, .nan, "step"),
            (-1, 1, 1000, "from"), (.nan, 1, 1000, "from"), (0, .infinity, 1000, "to"), (0, 1e15, 1000, "to"),
            (2, 1, 1000, "from"), (0, 1_000_000, 100, "10000"),
        ] as [(Double, Double, Double, String)])
    func `a span that makes no sense names the field and what is allowed`(
        _ from: Double, _ to: Double, _ step: Double, _ part: String
    ) {
        let error = #expect(throws: SeriesSpan.Invalid.self) { try SeriesSpan(from: from, to: to, step: step) }
        #expect(error?.description.contains(part) == true)
        #expect(error?.description.contains("allowed: ") == true)
    }

    // MARK: Columns

    @Test func `columns hold the newest number of each point, and gaps`() throws {
        var state = AssemblerState(configuration: .init())
        let rows = [(1000, "1"), (1900, "2"), (2000, #"{"a":7}"#), (4999, "4"), (6000, "6")].map { t, x in
            Row.make("a:top:1:\(t)", t: Double(t), more: #","x":\#(x),"load":[\#(t)]"#)
        }
        _ = state.apply([.added(key: "sa:{a}:top", rows: rows)], now: 6000)
        let span = try SeriesSpan(from: 1000, to: 5000, step: 1000)
        let paths = try ["x", "load.0", "absent", "x.a"].map { try FigurePath($0) }
        let text = String(decoding: try #require(series(&state, .all, paths, span).first), as: UTF8.self)
        #expect(
            text == #"{"key":"sa:{a}:top","host":"a","probe":"top","from":1000,"to":4999,"columns":"#
                + "[[2,null,null,4,null],[1900,2000,null,4999,null],[],[null,7,null,null,null]]}")
    }

    private func series(
        _ state: inout AssemblerState, _ selection: Selection, _ paths: [FigurePath], _ span: SeriesSpan
    ) -> [[UInt8]] {
        var cursor = PastCursor(selection, span)
        var columns = SeriesColumns(paths, span)
        var texts: [[UInt8]] = []
        while let slice = state.next(&cursor) {
            columns.add(slice)
            guard slice.isLast else { continue }
            if let text = columns.encode(slice.key) { texts.append(text) }
            columns = SeriesColumns(paths, span)
        }
        return texts
    }

    // MARK: Beside a model

    private struct Origin: Hashable, Comparable {
        let key: String
        let host: String

        static func < (left: Origin, right: Origin) -> Bool { (left.key, left.host) < (right.key, right.host) }
    }

    /// Random samples of named keys and of one that several hosts share, in any order.
    private func world(_ random: inout SeededGenerator) throws -> AssemblerState {
        var state = AssemblerState(configuration: .make(try .make(samples: 100_000, bytes: 1 << 26)))
        for number in 0..<Int.random(in: 50...900, using: &random) {
            let key = ["sa:{a}:top", "sa:{b}:top", "sa:loose"].randomElement(using: &random) ?? ""
            let t = Double(Int.random(in: 0..<60_000, using: &random))
            let host = key == "sa:loose" ? #","host":"\#(["x", "y", "a"].randomElement(using: &random) ?? "")""# : ""
            let row = Row.make("\(number)", t: t, more: host + #","intervalMs":2000,"n":\#(number)"#)
            _ = state.apply([.added(key: key, rows: [row])], now: 60_000)
        }
        return state
    }

    private func told(_ state: AssemblerState) -> [Origin: [Sample]] {
        let held = state.window.keyNames.flatMap { state.window.held(of: $0) }
        let all = state.window.read(held.filter { !state.isHeldBack($0) })
        return Dictionary(grouping: all) { Origin(key: $0.key, host: $0.host) }
            .mapValues { $0.sorted { ($0.t, ExactText($0.id)) < ($1.t, ExactText($1.id)) } }
    }

    @Test(arguments: 0..<20 as Range<UInt64>)
    func `columns are those of a reader of everything, in slices of any size`(_ seed: UInt64) throws {
        var random = SeededGenerator(seed: seed)
        var state = try world(&random)
        let span = try SeriesSpan(
            from: Double(Int.random(in: 0..<30_000, using: &random)),
            to: Double(Int.random(in: 30_000..<70_000, using: &random)),
            step: [100, 1000, 7000].randomElement(using: &random) ?? 0)
        let found = try series(&state, .all, [try FigurePath("n")], span).map { try JSONValue(parsing: $0) }
        var expected: [JSONValue] = []
        for (origin, samples) in told(state).sorted(by: { $0.key < $1.key }) {
            var column = Array(repeating: JSONValue.null, count: span.points)
            let inside = samples.filter { span.point(of: $0.t) != nil }
            for sample in inside {
                column[try #require(span.point(of: sample.t))] = try #require(try JSONValue(parsing: sample.bytes)["n"])
            }
            guard let first = inside.first, let last = inside.last else { continue }
            expected.append(
                .object([
                    "key": .string(origin.key), "host": .string(origin.host),
                    "probe": .string(origin.key == "sa:loose" ? "" : "top"), "from": .number(first.t),
                    "to": .number(last.t), "columns": .array([.array(column)]),
                ]))
        }
        func byName(_ values: [JSONValue]) -> [String: JSONValue] {
            Dictionary(
                uniqueKeysWithValues: values.map { ("\($0["key"]?.string ?? "") \($0["host"]?.string ?? "")", $0) })
        }
        #expect(byName(found) == byName(expected))
        #expect(found.map { $0["key"]?.string ?? "" } == found.map { $0["key"]?.string ?? "" }.sorted())
    }

    @Test(arguments: 0..<20 as Range<UInt64>)
    func `a moment has the newest sample of each within three intervals`(_ seed: UInt64) throws {
        var random = SeededGenerator(seed: seed)
        let state = try world(&random)
        for _ in 0..<50 {
            let t = Double(Int.random(in: -5000..<80_000, using: &random))
            var found: [String] = []
            var name: String?
            while case let page = state.samples(at: t, .all, after: name, limit: 1), let last = page.last {
                found += page.samples.map(\.id)
                name = last
            }
            let expected = told(state).values.compactMap { samples in
                samples.last { $0.t <= t }.flatMap { t - $0.t <= 6000 ? $0.id : nil }
            }
            #expect(found.sorted() == expected.sorted())
        }
    }

    @Test(
        arguments: [
            (#","intervalMs":1000"#, 3000), ("", 3000), (#","intervalMs":60000"#, 180_000), (#","intervalMs":0"#, 3000),
            (#","intervalMs":"x""#, 3000), (#","intervalMs":1e300"#, 10_800_000), (#","intervalMs":null"#, 3000),
        ] as [(String, Double)])
    func `the interval is the sample's own word, within reason`(_ more: String, _ reach: Double) throws {
        var state = AssemblerState(configuration: .init())
        _ = state.apply([.added(key: "sa:{a}:top", rows: [.make("1", t: 1000, more: more)])], now: 1000)
        for (t, count) in [(999, 0), (1000, 1), (1000 + reach, 1), (1001 + reach, 0)] as [(Double, Int)] {
            #expect(state.samples(at: t, .all, after: nil, limit: 9).samples.count == count)
        }
    }
}
