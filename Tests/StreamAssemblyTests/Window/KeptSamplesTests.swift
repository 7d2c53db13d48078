import Testing

@testable import StreamAssembly

/// The newest of each key stay while the key lives; and how far back the window reaches is known.
@Suite struct KeptSamplesTests {
    private func fill(_ window: inout SampleWindow, _ key: String, _ times: ClosedRange<Int>, now: Double) {
        for t in times { _ = window.insert(.make("\(key)-\(t)", t: Double(t), key: key, size: 100), now: now) }
        #expect(window.brokenInvariant(now: now) == nil)
    }

    private func counts(_ window: SampleWindow) -> [String: Int] {
        Dictionary(grouping: window.samples, by: \.host).mapValues(\.count)
    }

    @Test func `a host that died is there as it was, until its keys go`() throws {
        var window = SampleWindow(limits: try .make(ageMs: 100, kept: 30))
        fill(&window, "sa:{dead}:top", 1...50, now: 50)
        fill(&window, "sa:{dead}:net", 1...3, now: 50)
        window.expire(now: 1_000_000)
        #expect(window.samples.map(\.t).sorted() == [1, 2, 3] + (21...50).map(Double.init))
        #expect(window.removeKey("sa:{dead}:top") == 30)
        #expect(window.removeKey("sa:{dead}:net") == 3)
        #expect(window.count == 0)
    }

    @Test func `those of a host that comes back leave one by one`() throws {
        var window = SampleWindow(limits: try .make(ageMs: 100, kept: 3))
        fill(&window, "sa:{a}:top", 1...5, now: 5)
        fill(&window, "sa:{a}:top", 1_000...1_001, now: 1_001)
        #expect(window.samples.map(\.t) == [5, 1_000, 1_001])
    }

    /// A daemon that starts anew shows the same as one that was there all the time.
    @Test func `old samples are taken as long as they are among the newest of their key`() throws {
        var window = SampleWindow(limits: try .make(ageMs: 100, kept: 3))
        for t in [7, 1, 9, 3, 5] { _ = window.insert(.make("\(t)", t: Double(t)), now: 1_000) }
        #expect(window.samples.map(\.t) == [5, 7, 9])
        #expect(window.insert(.make("4", t: 4), now: 1_000) == .belowFloor)
        #expect(window.insert(.make("6", t: 6), now: 1_000) == .added)
        #expect(window.samples.map(\.t) == [6, 7, 9])

        var state = AssemblerState(configuration: .make(try .make(ageMs: 100, kept: 3)))
        let rows = (1...9).map { Row.make("\($0)", t: Double($0)) }
        #expect(state.apply([.added(key: "sa:{a}:top", rows: rows)], now: 1_000).map(\.sampleIDs) == [["7", "8", "9"]])
    }

    @Test func `a host loses its newest only where it has no others`() throws {
        var window = SampleWindow(limits: try .make(samples: 40, kept: 5))
        fill(&window, "sa:{a}:slow", 1...5, now: 100)
        fill(&window, "sa:{a}:top", 10...90, now: 100)
        #expect(window.held(of: "sa:{a}:slow").count == 5)
        #expect(window.count == 40)
    }

    /// Many keys are one share: what is kept of them goes before what another holds less of.
    @Test func `nobody keeps more than others hold by having many keys`() throws {
        var window = SampleWindow(limits: try .make(samples: 100, kept: 5))
        for host in ["b", "c"] { fill(&window, "sa:{\(host)}:top", 1...30, now: 100) }
        for number in 0..<200 { fill(&window, "sa:{evil}:p\(number)", 50...54, now: 100) }
        #expect(counts(window) == ["b": 30, "c": 30, "evil": 40])
    }

    @Test func `keys alone that exceed the bound leave each host its share`() throws {
        var window = SampleWindow(limits: try .make(samples: 30, kept: 5))
        for t in 1...5 { for host in 0..<10 { fill(&window, "sa:{h\(host)}:top", t...t, now: 100) } }
        #expect(counts(window).values.allSatisfy { $0 == 3 })
    }

    @Test func `the depth is the configured one until a limit takes samples of most hosts`() throws {
        var window = SampleWindow(limits: try .make(samples: 60, ageMs: 1_000, perKey: 50))
        fill(&window, "sa:{a}:top", 1...10, now: 100)
        #expect(window.depth(now: 100) == WindowDepth(from: nil, ms: 1_000, ageMs: 1_000))
        // One that writes without measure shortens its own time.
        fill(&window, "sa:{b}:top", 1...20, now: 100)
        fill(&window, "sa:{evil}:top", 1...99, now: 100)
        #expect(window.depth(now: 100).from == nil)
        fill(&window, "sa:{a}:top", 11...60, now: 100)
        fill(&window, "sa:{b}:top", 21...70, now: 100)
        let depth = window.depth(now: 100)
        let lost = window.samples.filter { $0.host == "b" }.map(\.t).min().map { $0 - 1 }
        #expect(depth == WindowDepth(from: lost, ms: 100 - (lost ?? 0), ageMs: 1_000))
        // Once nothing that left was younger than the age, it is whole again.
        #expect(window.depth(now: 1_200).from == nil)
    }
}
