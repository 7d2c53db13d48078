import Testing

@testable import StreamAssembly

/// No host pushes out what others hold: by number, size, time, keys or probes.
@Suite struct FairnessTests {
    private func fill(_ window: inout SampleWindow, hosts: Int, each: Int) {
        for t in 1...each {
            for host in 0..<hosts {
                _ = window.insert(.make("\(host)-\(t)", t: Double(t), key: "sa:{h\(host)}:top"), now: 1000)
            }
        }
    }

    private func counts(_ window: SampleWindow) -> [String: Int] {
        Dictionary(grouping: window.samples) { $0.isOfNamedKey ? $0.host : "" }.mapValues(\.count)
    }

    /// The attack of the report: more samples than the window takes, small, and four minutes ahead.
    @Test func `a flood of samples of the future takes only what nobody else holds`() throws {
        var window = SampleWindow(limits: try .make(samples: 100))
        fill(&window, hosts: 5, each: 10)
        for step in 0..<1000 {
            _ = window.insert(.make("e\(step)", t: 1240 + Double(step), key: "sa:{evil}:top"), now: 1000)
        }
        #expect(counts(window) == ["h0": 10, "h1": 10, "h2": 10, "h3": 10, "h4": 10, "evil": 50])
        fill(&window, hosts: 5, each: 40)
        // Six who all want more than there is: the same for each, to one.
        #expect(counts(window).values.allSatisfy { (16...17).contains($0) })
        #expect(window.count == 100)
        #expect(window.brokenInvariant(now: 1000) == nil)
    }

    @Test func `many probes and many keys are one share still, and so are all keys without a host`() throws {
        for key in [{ "sa:{evil}:p\($0)" }, { "sa:evil\($0)" }] as [(Int) -> String] {
            var window = SampleWindow(limits: try .make(samples: 40))
            fill(&window, hosts: 2, each: 10)
            for step in 0..<500 { _ = window.insert(.make("e", t: 900, key: key(step)), now: 1000) }
            #expect(counts(window)["h0"] == 10)
            #expect(window.keyCount == 22)
        }
    }

    @Test func `large samples push out their own host's, and a key costs its kilobyte`() throws {
        var window = SampleWindow(limits: try .make(bytes: 10_000, keyBytes: 1024))
        fill(&window, hosts: 2, each: 5)
        for step in 0..<100 {
            _ = window.insert(.make("big\(step)", t: 900, key: "sa:{evil}:top", size: 2000), now: 1000)
        }
        #expect(counts(window) == ["h0": 5, "h1": 5, "evil": 3])
        for step in 0..<100 { _ = window.insert(.make("e", t: 950, key: "sa:{evil}:p\(step)", size: 2), now: 1000) }
        #expect(counts(window)["h0"] == 5)
        #expect(window.keyCount <= 9)
        #expect(window.byteCount <= 10_000)
        #expect(window.brokenInvariant(now: 1000) == nil)
    }

    @Test func `a late sample of a small host is taken though large ones fill the window`() throws {
        var window = SampleWindow(limits: try .make(samples: 20))
        for t in 500..<600 { _ = window.insert(.make("\(t)", t: Double(t)), now: 1000) }
        #expect(window.insert(.make("late", t: 1, key: "sa:{small}:top"), now: 1000) == .added)
        #expect(counts(window) == ["a": 19, "small": 1])
    }

    @Test func `what was pushed out does not come back when it is read again`() throws {
        var state = AssemblerState(configuration: .make(try .make(samples: 20)))
        let (a, b) = ("sa:{a}:top", "sa:{b}:top")
        // One of them says it is of the future: a new arrival would make it the newest each time.
        let rows = (1...30).map { Row.make("\($0)", t: $0.isMultiple(of: 2) ? 5000 + Double($0) : Double($0)) }
        _ = state.apply([.added(key: b, rows: (1...10).map { .make("\($0)", t: Double($0)) })], now: 1000)
        for row in rows { _ = state.apply([.added(key: a, rows: [row])], now: 1000 + row.score / 1000) }
        let held = state.window.samples
        for round in 0..<5 {
            let now = 2000 + Double(round)
            #expect(state.apply([.added(key: a, rows: rows)], now: now).isEmpty)
            #expect(
                state.apply([.added(key: b, rows: (1...10).map { .make("\($0)", t: Double($0)) })], now: now).isEmpty)
        }
        #expect(state.window.samples == held)
    }

    @Test func `the newest over all keys are the newest to come, not those that say so`() throws {
        var state = AssemblerState(configuration: .make())
        _ = state.apply(
            [.added(key: "sa:{evil}:top", rows: (1...50).map { .make("\($0)", t: 240_000 + Double($0)) })], now: 1000)
        _ = state.apply([.added(key: "sa:{a}:top", rows: [.make("x", t: 2000)])], now: 2000)
        #expect(state.newest(.all, after: 0, limit: 1).map(\.id) == ["x"])
        #expect(state.newest(.all, after: 1500, limit: 100).count == 51)
        #expect(state.newest(.all, after: 2000, limit: 100).count == 50)
        let all = state.newest(.all, after: 0, limit: 100).map(\.t)
        #expect(all == all.sorted() && all.count == 51)
    }

    @Test func `keys without number leave no ledger without number`() throws {
        var state = AssemblerState(configuration: .make(try .make(samples: 10)))
        for step in 0..<20_000 {
            _ = state.apply([.added(key: "sa:{evil}:p\(step)", rows: [.make("x", t: 1)])], now: 1)
        }
        #expect(state.ledger.keys.count <= Ledger.emptyAtMost + 10)
        #expect(state.rememberedNames <= 2 * 10 + 64)
    }

    /// What is asked of the order and of the hosts at each step does not grow with the hosts.
    @Test func `an eviction looks at few, however many hosts there are`() throws {
        func comparisons(hosts: Int) throws -> Double {
            var window = SampleWindow(limits: try .make(samples: 4 * hosts))
            fill(&window, hosts: hosts, each: 4)
            let before = window.comparisons
            for host in 0..<hosts { _ = window.insert(.make("new", t: 900, key: "sa:{h\(host)}:top"), now: 1000) }
            return Double(window.comparisons - before) / Double(hosts)
        }
        let (few, many) = (try comparisons(hosts: 20), try comparisons(hosts: 2000))
        #expect(many < few + 4, "\(few) \(many)")
    }
}
