import Testing

@testable import StreamAssembly

/// The three faults of the classic article's window, each shown absent.
@Suite struct ClassicFaultsTests {
    @Test func `the oldest is evicted, never the newest`() throws {
        var window = SampleWindow(limits: try .make(samples: 3))
        for t in 1...100 {
            _ = window.insert(.make("\(t)", t: Double(t)), now: 0)
            #expect(window.ids.last == "\(t)")
        }
        #expect(window.ids == ["98", "99", "100"])
    }

    /// Comparisons per insert into a full window of that size; the times come in the order given.
    private func comparisonsPerInsert(size: Int, time: (Int) -> Double) throws -> Double {
        var window = SampleWindow(limits: try .make(samples: size, bytes: 1 << 30, perKey: size))
        for step in 0..<size { _ = window.insert(.make("\(step)", t: time(step)), now: 0) }
        let before = window.comparisons
        for step in size..<(size + 500) { _ = window.insert(.make("\(step)", t: time(step)), now: 0) }
        return Double(window.comparisons - before) / 500
    }

    @Test func `nothing is sorted whole: sixteen times the samples cost a few comparisons more`() throws {
        // In order, and scattered by a multiplicative hash.
        for time in [{ Double($0) }, { Double(($0 &* 2_654_435_761) % 1_000_003) + Double($0) / 1e7 }]
            as [(Int) -> Double]
        {
            let small = try comparisonsPerInsert(size: 1000, time: time)
            let large = try comparisonsPerInsert(size: 16_000, time: time)
            // Sorting whole would take some n log n: 10,000 and 220,000. A place found by halves takes log n: 4 more
            // for the insert and 4 for the eviction in each of the two orders, and a few where chunks are half full.
            #expect(small < 80, "\(small)")
            #expect(large - small < 28, "\(small) \(large)")
        }
    }

    @Test func `one follower and one window serve any number of selections`() throws {
        var state = AssemblerState(configuration: .make())
        let rows = (1...50).map { Row.make("x\($0)", t: Double($0)) }
        let emissions = state.apply([.added(key: "sa:{a}:top", rows: rows)], now: 0)
        let statistics = state.statistics
        let work = state.window.comparisons
        for browser in 0..<1000 {
            let host = try #require(Glob(browser.isMultiple(of: 2) ? "a" : "b"))
            let selection = Selection(hosts: [host], probes: [], depth: 1 + browser % 60)
            let snapshot = state.snapshot(selection, maxBytes: .max)
            #expect(snapshot.samples.count == (browser.isMultiple(of: 2) ? min(50, selection.depth) : 0))
            #expect(snapshot.seq == emissions.last?.seq)
            _ = state.keys(selection)
        }
        #expect(emissions.count == 1)
        // Readers open frames, and change nothing else.
        var after = state.statistics
        after.frames = statistics.frames
        #expect(after == statistics)
        #expect(state.statistics.received == 50)
        #expect(state.window.comparisons == work)
    }
}
