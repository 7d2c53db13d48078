import Testing

@testable import StreamAssembly

/// A sample belongs to its key: what one host writes never touches what another's clients hold.
@Suite struct IdentityTests {
    private let a = "sa:{a}:top"
    private let b = "sa:{b}:top"
    private let loose = "sa:loose"

    private func rows(_ ids: ClosedRange<Int>, host: String? = nil) -> [Row] {
        ids.map { .make("\($0)", t: Double($0), more: host.map { #","host":"\#($0)","probe":"top""# } ?? "") }
    }

    private func state() -> AssemblerState { AssemblerState(configuration: .make()) }

    @Test func `the same ids in two keys are two samples each, told and removed apart`() {
        var state = state()
        #expect(state.apply([.added(key: a, rows: rows(1...3))], now: 0).map(\.sampleIDs) == [["1", "2", "3"]])
        #expect(state.apply([.added(key: b, rows: rows(1...3))], now: 0).map(\.sampleIDs) == [["1", "2", "3"]])
        #expect((state.window.count, state.statistics.duplicates) == (6, 0))
        #expect(state.keys(.all).map(\.samples) == [3, 3])
        let removed = state.apply([.removed(key: b, rows: [rows(2...2)[0].id])], now: 0)
        #expect(removed.map(\.kind) == [.gone(keys: [], samples: [.init(id: "2", host: "b", probe: "top", key: b)])])
        _ = state.apply([.gone(key: b)], now: 0)
        #expect(state.window.samples.map(\.key) == [a, a, a])
    }

    /// Ids are guessable: HOST:PROBE:START:SEQ, and SEQ counts up.
    @Test func `ids of another host are refused, before it writes them and after`() {
        var state = state()
        let stolen = (1...10).map { Row.make("a:top:18f:\($0)", t: 9) }
        let own = (1...10).map { Row.make("a:top:18f:\($0)", t: Double($0)) }
        #expect(state.apply([.added(key: b, rows: stolen)], now: 0).isEmpty)
        #expect(state.apply([.added(key: a, rows: own)], now: 0).map(\.sampleIDs?.count) == [10])
        #expect(
            state.apply([.added(key: b, rows: stolen), .gap(key: b, rows: stolen)], now: 0).compactMap(\.sampleIDs)
                == [])
        #expect(state.statistics.rejected == [.foreignID: 30])
        #expect(state.takeRejectionReports().map(\.reason) == [.foreignID])
        _ = state.apply([.removed(key: b, rows: own.map(\.id)), .gone(key: b)], now: 0)
        #expect(state.window.count == 10)
    }

    @Test func `a newer time in another key replaces nothing`() {
        var state = state()
        _ = state.apply([.added(key: a, rows: [.make("x", t: 1)])], now: 0)
        let emissions = state.apply([.added(key: b, rows: [.make("x", t: 2)])], now: 0)
        #expect(emissions.map(\.sampleIDs) == [["x"]])
        #expect(state.window[a, "x"]?.t == 1)
    }

    // MARK: Keys that name no host

    @Test func `a host that has keys of its own is held back in others`() {
        var state = state()
        _ = state.apply([.added(key: a, rows: rows(1...2))], now: 0)
        #expect(state.apply([.added(key: loose, rows: rows(7...9, host: "a"))], now: 0).isEmpty)
        #expect(state.statistics.rejected == [.hostSpokenFor: 3])
        #expect(state.snapshot(.all, maxBytes: .max).samples.map(\.key) == [a, a])
        #expect(state.newest(.all, after: 0, limit: 10).map(\.key) == [a, a])
        #expect(state.keys(.all).map(\.key) == [a])
        #expect(state.apply([.removed(key: loose, rows: [rows(8...8, host: "a")[0].id])], now: 0).isEmpty)
        // Of one id and time the last in Redis' order counts.
        #expect(state.apply([.added(key: loose, rows: rows(9...9, host: "C"))], now: 0).isEmpty)
        #expect(state.apply([.added(key: loose, rows: rows(9...9, host: "c"))], now: 0).map(\.sampleIDs) == [["9"]])
    }

    @Test(arguments: ["A", "a.", "A.."])
    func `another spelling of its name is no other host`(_ host: String) {
        var state = state()
        _ = state.apply([.added(key: a, rows: rows(1...1))], now: 0)
        #expect(state.apply([.added(key: loose, rows: rows(2...2, host: host))], now: 0).isEmpty)
    }

    @Test func `a host whose name is dots speaks for no sample without a host`() {
        var state = state()
        _ = state.apply([.added(key: "sa:{..}:top", rows: rows(1...1))], now: 0)
        #expect(state.apply([.added(key: loose, rows: rows(2...2))], now: 0).map(\.sampleIDs) == [["2"]])
    }

    @Test func `what others said of a host goes when it speaks, and is told when its last key ends`() {
        var state = state()
        let told = state.apply([.added(key: loose, rows: rows(1...2, host: "a") + rows(5...5, host: "c"))], now: 0)
        #expect(told.map(\.sampleIDs) == [["1", "2", "5"]])
        let spoken = state.apply([.added(key: a, rows: rows(1...1))], now: 0)
        #expect(
            spoken.map(\.kind).first
                == .gone(
                    keys: [],
                    samples: ["1", "2"].map { .init(id: $0, host: "a", probe: "top", key: loose) }))
        #expect(spoken.last?.sampleIDs == ["1"])
        #expect(state.apply([.added(key: "sa:{a}:net", rows: rows(3...3))], now: 0).map(\.sampleIDs) == [["3"]])
        #expect(state.apply([.gone(key: a)], now: 0).count == 1)
        let free = state.apply([.gone(key: "sa:{a}:net")], now: 0)
        #expect(free.last?.sampleIDs == ["1", "2"])
        #expect(state.window.count == 3)
        #expect(state.window.brokenInvariant(now: 0) == nil)
    }

    @Test func `a key that is renamed to one without a host stays, as that one's`() {
        var state = state()
        for changes: [Change] in [
            [.added(key: a, rows: rows(1...3, host: "a"))], [.added(key: loose, rows: rows(1...3, host: "a"))],
        ] { _ = state.apply(changes, now: 0) }
        let emissions = state.apply([.gone(key: a)], now: 0)
        #expect(emissions.first?.kind == .gone(keys: [.init(key: a, host: "a", probe: "top")], samples: []))
        #expect(emissions.last?.sampleIDs == ["1", "2", "3"])
        #expect(state.keys(.all).map(\.key) == [loose])
    }

    @Test func `no mark is given, and none is trusted, where something is held back`() throws {
        var state = state()
        _ = state.apply([.added(key: loose, rows: rows(1...2, host: "a"))], now: 0)
        guard case .settled(let mark)? = state.marks(.all)[loose] else {
            Issue.record("no mark")
            return
        }
        #expect(state.missed(since: [loose: mark], .all, now: 0)?.isEmpty == true)
        _ = state.apply([.added(key: loose, rows: rows(3...3, host: "c")), .added(key: a, rows: rows(1...1))], now: 0)
        #expect(state.marks(.all)[loose] == .unsettled)
        #expect(state.missed(since: [loose: mark], .all, now: 0) == nil)
    }
}
