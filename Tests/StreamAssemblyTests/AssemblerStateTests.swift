import Testing

@testable import StreamAssembly

/// Changes in, emissions out: their order, their numbers, what is said and what is not.
@Suite struct AssemblerStateTests {
    private let top = "sa:{a}:top"
    private let net = "sa:{b}:netstat"

    private func state(_ limits: WindowLimits = .standard) -> AssemblerState {
        AssemblerState(configuration: .make(limits))
    }

    private func added(_ key: String, _ samples: (String, Double)...) -> Change {
        .added(key: key, rows: samples.map { .make($0.0, t: $0.1) })
    }

    @Test func `new samples are emitted once, in the order of their time`() {
        var state = state()
        let emissions = state.apply([added(top, ("1", 1), ("2", 2))], now: 0)
        #expect(emissions.map(\.seq) == [1])
        #expect(emissions.map(\.sampleIDs) == [["1", "2"]])
        #expect(state.apply([added(top, ("1", 1), ("2", 2))], now: 0).isEmpty)
        #expect(state.statistics.duplicates == 2)
        #expect(state.seq == 1)
    }

    @Test func `what is told of many samples or keys at once comes in emissions of a quarter of a MiB at most`() throws
    {
        var state = state(try .make(samples: 5000, bytes: 64 << 20, perKey: 5000))
        let pad = #","pad":"\#(String(repeating: "x", count: 1000))""#
        let rows = (0..<1000).map { Row.make("s\($0)", t: Double($0), more: pad) }
        let long = Row.make("long", t: 1000, more: #","pad":"\#(String(repeating: "x", count: 300_000))""#)
        let samples = state.apply([.added(key: top, rows: rows + [long]), added(net, ("n", 1))], now: 0)
        #expect(samples.flatMap { $0.sampleIDs ?? [] } == (0..<1000).map { "s\($0)" } + ["long", "n"])
        #expect(samples.map(\.seq) == (1...6).map(UInt64.init))
        for emission in samples where emission.sampleIDs != ["long"] {
            guard case .samples(let samples) = emission.kind else { continue }
            #expect(samples.reduce(0) { $0 + $1.bytes.count } <= Emission.mostBytes)
        }

        let names = (0..<2000).map { "sa:{\(String(repeating: "h", count: 240))\($0)}:top" }
        _ = state.apply(names.map { added($0, ("x", 1)) }, now: 0)
        let gone = state.apply(names.map { .gone(key: $0) }, now: 0)
        var told: [String] = []
        for emission in gone {
            guard case .gone(let keys, let samples) = emission.kind else { continue }
            #expect(keys.reduce(0) { $0 + $1.size } <= Emission.mostBytes)
            #expect(samples.reduce(0) { $0 + $1.size } <= Emission.mostBytes)
            told += keys.map(\.key)
        }
        #expect(told == names)
        // Their samples do not tell their keys, and so are named too.
        #expect(gone.count == 5)
        #expect(zip(gone, gone.dropFirst()).allSatisfy { $0.seq + 1 == $1.seq })
    }

    @Test func `what is below the floor is counted, not emitted`() throws {
        var state = state(try .make(ageMs: 100))
        #expect(state.apply([added(top, ("old", 899))], now: 1000).isEmpty)
        #expect((state.statistics.belowFloor, state.statistics.emitted, state.seq) == (1, 0, 0))
    }

    @Test func `adjacent changes of a kind are one emission, others keep their order`() {
        var state = state()
        let x = Row.make("x", t: 1)
        let emissions = state.apply(
            [
                .added(key: top, rows: [x]), added(net, ("n", 1)), .removed(key: top, rows: [x.id]),
                .gone(key: net), added(top, ("y", 2)), .gap(key: top, rows: [.make("z", t: 3)]),
                .gap(key: net, rows: []),
            ], now: 0)
        #expect(emissions.map(\.seq) == [1, 2, 3, 4])
        #expect(emissions[0].sampleIDs == ["x", "n"])
        #expect(
            emissions[1].kind
                == .gone(
                    keys: [.init(key: net, host: "b", probe: "netstat")],
                    samples: [.init(id: "x", host: "a", probe: "top"), .init(id: "n", host: "b", probe: "netstat")]))
        #expect(emissions[2].sampleIDs == ["y"])
        #expect(
            emissions[3].kind
                == .resync(keys: [
                    .init(key: top, host: "a", probe: "top"), .init(key: net, host: "b", probe: "netstat"),
                ]))
        #expect(state.window.ids == ["z"])
    }

    @Test func `within a key samples are oldest first, however many changes brought them`() {
        var state = state()
        let emissions = state.apply(
            [added(top, ("5", 5)), added(net, ("n2", 2)), added(top, ("3", 3), ("7", 7)), added(net, ("n1", 1))], now: 0
        )
        #expect(emissions.count == 1)
        let ids = emissions.first?.sampleIDs ?? []
        #expect(ids.filter { !$0.hasPrefix("n") } == ["3", "5", "7"])
        #expect(ids.filter { $0.hasPrefix("n") } == ["n1", "n2"])
    }

    @Test func `an id that came twice ends with the newest`() {
        var state = state()
        let emissions = state.apply([added(top, ("x", 1), ("x", 2)), added(top, ("x", 3))], now: 0)
        #expect(emissions.count == 1)
        guard case .samples(let samples)? = emissions.first?.kind else {
            Issue.record("no samples")
            return
        }
        #expect(samples.map(\.t) == [1, 2, 3])
        #expect(state.window.count == 1)
    }

    @Test func `a key that is gone is told though the window holds nothing of it`() {
        var state = state()
        let emissions = state.apply([.gone(key: top)], now: 0)
        #expect(emissions.map(\.kind) == [.gone(keys: [.init(key: top, host: "a", probe: "top")], samples: [])])
    }

    @Test func `a removed row that the window does not hold says nothing`() {
        var state = state()
        #expect(state.apply([.removed(key: top, rows: [RowID(score: 1, memberHash: 1)])], now: 0).isEmpty)
        #expect(state.seq == 0)
    }

    @Test func `after gone the same samples are new again`() {
        var state = state()
        _ = state.apply([added(top, ("x", 1))], now: 0)
        let emissions = state.apply([.gone(key: top), added(top, ("x", 1))], now: 0)
        #expect(emissions.map(\.seq) == [2, 3])
        #expect(emissions.last?.sampleIDs == ["x"])
    }

    @Test func `a gap replaces what the key holds and emits no samples`() {
        var state = state()
        _ = state.apply([added(top, ("1", 1), ("2", 2)), added(net, ("n", 1))], now: 0)
        let emissions = state.apply([.gap(key: top, rows: [.make("2", t: 2), .make("9", t: 9)])], now: 0)
        #expect(emissions.map(\.kind) == [.resync(keys: [.init(key: top, host: "a", probe: "top")])])
        #expect(state.window.ids == ["n", "2", "9"])
        #expect(state.statistics.emitted == 3)
    }

    @Test func `one key with several hosts: each sample's own host counts`() throws {
        var state = state()
        let rows: [Row] = [
            .make("x", t: 1, more: #","host":"h1","probe":"top""#),
            .make("y", t: 2, more: #","host":"h2","probe":"top""#),
        ]
        _ = state.apply([.added(key: "sa:all", rows: rows)], now: 0)
        for (host, id) in [("h1", "x"), ("h2", "y")] {
            let selection = Selection(hosts: [try #require(Glob(host))], probes: [])
            #expect(state.snapshot(selection, maxBytes: .max).samples.map(\.id) == [id])
            #expect(state.keys(selection).map(\.host) == [host])
            #expect(state.keys(selection).map(\.samples) == [1])
        }
        let gap = state.apply([.gap(key: "sa:all", rows: rows)], now: 0)
        #expect(
            gap.map(\.kind) == [
                .resync(keys: [
                    .init(key: "sa:all", host: "h1", probe: "top"), .init(key: "sa:all", host: "h2", probe: "top"),
                ])
            ])
        let gone = state.apply([.gone(key: "sa:all")], now: 0)
        #expect(
            gone.map(\.kind) == [
                .gone(
                    keys: [
                        .init(key: "sa:all", host: "h1", probe: "top"), .init(key: "sa:all", host: "h2", probe: "top"),
                    ],
                    samples: [
                        .init(id: "x", host: "h1", probe: "top", key: "sa:all"),
                        .init(id: "y", host: "h2", probe: "top", key: "sa:all"),
                    ])
            ])
    }

    @Test func `seq counts emissions, whatever was dropped between them`() {
        var state = state()
        var seqs: [UInt64] = []
        for step in 0..<100 {
            seqs += state.apply([added(top, ("\(step / 2)", Double(step / 2)))], now: 0).map(\.seq)
        }
        #expect(seqs == (1...50).map { UInt64($0) })
    }

    @Test func `expiry says nothing and forgets the names of keys that left`() throws {
        var state = state(try .make(samples: 100_000, ageMs: 10))
        for step in 0..<1000 {
            _ = state.apply([added("sa:{h\(step)}:top", ("\(step)", Double(step)))], now: Double(step))
        }
        state.expire(now: 2000)
        #expect((state.window.count, state.window.keyCount, state.seq) == (0, 0, 1000))
        #expect(state.rememberedNames <= 64)
    }
}
