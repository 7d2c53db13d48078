import Access
import NIOCore
import SeededRandom
import Testing

@testable import Daemon
@testable import StreamAssembly

/// The `seq` of those with bounds.
@Suite struct BoundCountsTests {
    private static let bounds = SelectionBounds(
        hosts: ["web-*"].compactMap(Glob.init), probes: [], details: true)

    private static func sample(_ host: String, _ number: Int) -> Sample {
        Sample(
            key: "sa:{\(host)}:top", host: host, probe: "top", id: "\(host):top:\(number)", t: Double(number),
            bytes: Array(#"{"id":"\#(host):top:\#(number)"}"#.utf8), memberHash: UInt64(number))
    }

    private static func gone(_ host: String) -> Emission.Kind {
        .gone(keys: [.init(key: "sa:{\(host)}:top", host: host, probe: "top")], samples: [])
    }

    private static func counts() -> BoundCounts {
        var counts = BoundCounts(matches: MatchTable(), nextEpoch: { "count" })
        counts.joined(within: bounds, seq: 0)
        return counts
    }

    /// The same changes of some hosts, alone and amid those of others, cut into emissions in any way.
    @Test(arguments: 0..<20 as Range<UInt64>)
    func `counts what may be seen, whatever else there is and however it is cut`(_ seed: UInt64) {
        var random = SeededGenerator(seed: seed)
        var (alone, amid) = (Self.counts(), Self.counts())
        var (seqAlone, seqAmid): (UInt64, UInt64) = (0, 0)
        for round in 0..<200 {
            let own = (0..<Int.random(in: 0...3, using: &random)).map { Self.sample("web-1", round * 10 + $0) }
            let isGone = Int.random(in: 0..<10, using: &random) == 0
            for sample in own {
                seqAlone += 1
                alone.changed([Emission(seq: seqAlone, kind: .samples([sample]))])
            }
            if isGone {
                seqAlone += 1
                alone.changed([Emission(seq: seqAlone, kind: Self.gone("web-1"))])
            }
            let others = (0..<Int.random(in: 0...3, using: &random)).map { Self.sample("db-1", round * 10 + $0) }
            let kinds: [Emission.Kind] =
                (own + others).isEmpty ? [] : [.samples((own + others).shuffled(using: &random))]
            for kind in kinds + (isGone ? [Self.gone("web-1")] : []) + [Self.gone("db-1")] {
                seqAmid += 1
                amid.changed([Emission(seq: seqAmid, kind: kind)])
            }
            #expect(
                amid.told(seqAmid, within: Self.bounds) == alone.told(seqAlone, within: Self.bounds), "round \(round)")
        }
    }

    /// Emission 1 is of others, 2 of both, 3 of others, 4 of us, 5 of others.
    private static func five() -> BoundCounts {
        var counts = counts()
        let hosts = [["db-1"], ["db-1", "web-1", "web-2"], ["db-1"], ["web-1"], ["db-1"]]
        counts.changed(
            hosts.enumerated().map { index, names in
                Emission(seq: UInt64(index + 1), kind: .samples(names.map { sample($0, index) }))
            })
        return counts
    }

    @Test(arguments: [(0, 1), (1, nil), (2, 3), (3, 5), (4, nil)] as [(UInt64, UInt64?)])
    func `finds the emission again to which somebody had come`(_ told: UInt64, _ seq: UInt64?) {
        #expect(Self.five().seq(told: told, within: Self.bounds, last: 5) == seq)
    }

    @Test(arguments: [(0, 1), (1, 1), (2, 3), (3, 3), (4, 5), (5, 5)] as [(UInt64, UInt64)])
    func `nobody misses what only others did`(_ seq: UInt64, _ passed: UInt64) {
        #expect(Self.five().seq(passing: seq, within: Self.bounds, last: 5) == passed)
    }

    @Test func `what is not held any more is forgotten, and the count goes on`() {
        var counts = Self.five()
        counts.trim(upTo: 2, now: 0, ageMs: 10)
        #expect(counts.seq(told: 0, within: Self.bounds, last: 5) == nil)
        #expect(counts.seq(told: 2, within: Self.bounds, last: 5) == 3)
        #expect(counts.told(5, within: Self.bounds) == 3)
    }

    @Test func `a count is kept for as long as somebody may come back to it`() {
        var counts = Self.five()
        counts.left(within: Self.bounds)
        for now in [0.0, 10] { counts.trim(upTo: 0, now: now, ageMs: 10) }
        #expect(counts.epoch(within: Self.bounds) == "count")
        counts.trim(upTo: 0, now: 11, ageMs: 10)
        #expect(counts.epoch(within: Self.bounds) == nil && counts.isEmpty)
    }

    @Test func `who comes back in time finds his count, and others do not make it theirs`() {
        var counts = Self.five()
        counts.left(within: Self.bounds)
        counts.trim(upTo: 0, now: 0, ageMs: 10)
        counts.joined(within: Self.bounds, seq: 5)
        counts.trim(upTo: 0, now: 100, ageMs: 10)
        #expect(counts.told(5, within: Self.bounds) == 3)
        #expect(counts.epoch(within: SelectionBounds(hosts: [], probes: [], details: false)) == nil)
    }

    // MARK: What is paid

    @Test(arguments: [0, 100, 5_000]) func `work within bounds costs the same however many keys there are`(_ keys: Int)
    {
        #expect(Cost.keys(keys, within: Self.bounds) == Cost.keysWithinBounds)
        #expect(Cost.keys(keys, within: nil) == keys)
    }

    /// Reads all within the bounds beside so many hosts that are beyond them.
    private static func paid(others: Int, _ selection: Selection) -> Double {
        var state = AssemblerState(configuration: .init())
        for host in (0..<others).map({ "db-\($0)" }) + ["web-1"] {
            let rows = (0..<5).map { number in
                let text = #"{"id":"\#(host):top:\#(number)","t":\#(number)}"#
                return Row(score: Double(number), member: Array(text.utf8), memberHash: UInt64(number))
            }
            _ = state.apply([.added(key: "sa:{\(host)}:top", rows: rows)], now: 10)
        }
        var cursor = state.cursor(selection, after: -.infinity, limit: 1000)
        while state.step(&cursor, maxBytes: 1 << 20) != nil {}
        return cursor.takeWork()
    }

    @Test func `what is read within bounds is paid for, and nothing that is looked at beyond them`() throws {
        let bound = try #require(Selection.all.within(Self.bounds))
        #expect(Self.paid(others: 300, bound) == Self.paid(others: 0, bound))
        #expect(Self.paid(others: 0, bound) > 0)
        #expect(Self.paid(others: 300, .all) > Self.paid(others: 0, .all))
    }
}
