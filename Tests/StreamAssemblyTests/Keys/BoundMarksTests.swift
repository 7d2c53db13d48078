import Testing

@testable import StreamAssembly

/// What marks tell those who may not see all.
@Suite struct BoundMarksTests {
    private static let mark = KeyMark(above: 0, newest: 9, count: 2, sum: 7)

    private static func bounds(_ hosts: [String], details: Bool = true) -> SelectionBounds {
        SelectionBounds(hosts: hosts.compactMap(Glob.init), probes: [], details: details)
    }

    private static func marks(_ keys: String...) -> KeyMarks {
        var marks = KeyMarks()
        for key in keys { marks[key] = .settled(mark) }
        return marks
    }

    @Test func `a key without a host is never settled, and one beyond the bounds is not there`() throws {
        let marks = Self.marks("sa:{web-1}:top", "sa:{db-1}:top", "sa:misc")
        let told = try #require(marks.within(Self.bounds(["web-*"]), prefix: "sa"))
        #expect(told["sa:{web-1}:top"] == .settled(Self.mark))
        #expect(told["sa:misc"] == .unsettled)
        #expect(told["sa:{db-1}:top"] == nil)
    }

    @Test func `without details there are none, because they sum up whole members`() {
        #expect(Self.marks("sa:{web-1}:top").within(Self.bounds([], details: false), prefix: "sa") == nil)
    }

    /// Somebody may send any marks: whether the daemon takes them must not tell what a key beyond the bounds holds.
    @Test(arguments: ["sa:{db-1}:top", "sa:misc", "sa:{none}:top"])
    func `a right mark of what may not be seen is taken for a wrong one`(_ key: String) throws {
        var state = AssemblerState(configuration: .init())
        let host = key.contains("{") ? "" : #","host":"db-9","probe":"top""#
        if !key.contains("none") {
            _ = state.apply([.added(key: key, rows: [.make("1", t: 1, more: host)])], now: 2)
        }
        _ = state.apply([.added(key: "sa:{web-1}:top", rows: [.make("2", t: 1)])], now: 2)
        let known = state.marks(.all, maxBytes: .max)?.known ?? [:]
        let bound = try #require(Selection.all.within(Self.bounds(["web-*"])))
        #expect(state.missed(since: known, .all, now: 2, maxBytes: .max) != nil)
        let own = known.filter { $0.key == "sa:{web-1}:top" }
        #expect(state.missed(since: own, bound, now: 2, maxBytes: .max) != nil)
        let more = own.merging([key: known[key] ?? Self.mark]) { $1 }
        #expect(state.missed(since: more, bound, now: 2, maxBytes: .max) == nil)
    }
}
