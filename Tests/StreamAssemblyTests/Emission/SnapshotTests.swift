import JSONBytes
import Testing

@testable import StreamAssembly

/// Snapshots: the newest of each key, cut evenly; and the texts that clients get.
@Suite struct SnapshotTests {
    private func state(_ keys: [(String, ClosedRange<Int>)], more: String = "") -> AssemblerState {
        var state = AssemblerState(configuration: .make())
        for (host, times) in keys {
            let rows = times.map { Row.make("\(host)\($0)", t: Double($0), more: more) }
            _ = state.apply([.added(key: "sa:{\(host)}:top", rows: rows)], now: 0)
        }
        return state
    }

    @Test func `holds the newest of each key, up to the depth`() {
        let state = state([("a", 1...5), ("b", 1...2)])
        let snapshot = state.snapshot(Selection(hosts: [], probes: [], depth: 3), maxBytes: .max)
        #expect(snapshot.samples.map(\.id).sorted() == ["a3", "a4", "a5", "b1", "b2"])
        #expect(snapshot.seq == 2)
        #expect(!snapshot.isCut)
    }

    @Test func `a cut leaves each key the same number of its newest`() {
        let state = state([("a", 1...9), ("b", 1...9), ("c", 1...1)])
        let whole = state.snapshot(.all, maxBytes: .max)
        var sizes: Set<Int> = []
        for maxBytes in 0...whole.encode().count + 1000 {
            let snapshot = state.snapshot(.all, maxBytes: maxBytes)
            #expect(snapshot.encode().count <= max(maxBytes, 2))
            let a = snapshot.samples.filter { $0.host == "a" }.map(\.t)
            let b = snapshot.samples.filter { $0.host == "b" }.map(\.t)
            #expect(abs(a.count - b.count) <= 1)
            #expect(a.sorted() == (1...9).suffix(a.count).map(Double.init))
            #expect(b.sorted() == (1...9).suffix(b.count).map(Double.init))
            #expect(snapshot.isCut == (snapshot.samples.count < 19))
            sizes.insert(snapshot.samples.count)
        }
        #expect(sizes == Set(0...19))
    }

    @Test(arguments: [SamplePart.figures, .details])
    func `a snapshot of a part holds that alone, and is cut by its size`(_ part: SamplePart) throws {
        var state = state([("a", 1...9), ("b", 1...4)], more: #","details":["p"],"p":[1,2,3],"n":0"#)
        // One that has no details stands in no snapshot of details.
        _ = state.apply([.added(key: "sa:{c}:top", rows: [.make("c1", t: 1, more: #","n":0"#)])], now: 0)
        let selection = Selection(hosts: [], probes: [], part: part)
        let whole = state.snapshot(selection, maxBytes: .max)
        #expect(whole.samples.count == (part == .details ? 13 : 14))
        let text = String(decoding: whole.encode(), as: UTF8.self)
        #expect(text.contains(#""p":[1,2,3]"#) == (part == .details))
        #expect(text.contains(#""n":0"#) == (part == .figures))
        #expect(text.hasPrefix("[") == (part == .details))
        for maxBytes in 0...whole.encode().count + 1000 {
            let snapshot = state.snapshot(selection, maxBytes: maxBytes)
            #expect(snapshot.encode().count <= max(maxBytes, 2))
            #expect(snapshot.encode().count <= snapshot.byteCount)
        }
    }

    @Test func `a sample too large for the rest of the bytes ends its own key only`() {
        var state = state([("a", 1...3)])
        let big = Row.make("big", t: 2, more: #","x":"\#(String(repeating: "x", count: 5000))""#)
        _ = state.apply([.added(key: "sa:{A}:top", rows: [.make("small", t: 1), big])], now: 0)
        let snapshot = state.snapshot(.all, maxBytes: 1000)
        #expect(Set(snapshot.samples.map(\.id)) == ["a1", "a2", "a3"])
        #expect(snapshot.isCut)
    }

    @Test func `is an object of id to t and sample, byte for byte`() throws {
        var state = AssemblerState(configuration: .make())
        let member = #"{"id":"q\"é","host":"a","probe":"top","t":1763690000123, "x":1.50}"#
        _ = state.apply([.added(key: "sa:{a}:top", rows: [.raw(member, t: 1_763_690_000_123)])], now: 1_763_690_000_123)
        let text = String(decoding: state.snapshot(.all, maxBytes: .max).encode(), as: UTF8.self)
        #expect(text == #"{"q\"é":{"t":1763690000123,"data":\#(member)}}"#)
        try JSONScanner.validate(Array(text.utf8))
        #expect(String(decoding: self.state([]).snapshot(.all, maxBytes: .max).encode(), as: UTF8.self) == "{}")
    }

    @Test func `changes are an array of samples, byte for byte`() {
        let samples = [Sample.make("x", t: 1, size: 0), .make("y", t: 2, size: 0)].map { sample in
            Sample(
                key: "", host: "", probe: "", id: sample.id, t: sample.t,
                bytes: Array(" {\"id\":\"\(sample.id)\"}\n".utf8),
                memberHash: 0)
        }
        #expect(String(decoding: SampleList.encode(samples), as: UTF8.self) == "[ {\"id\":\"x\"}\n, {\"id\":\"y\"}\n]")
        #expect(SampleList.encode([]) == Array("[]".utf8))
    }

    @Test func `gone names keys once and ids`() {
        let key = Emission.RemovedKey(key: "sa:{a}:\"", host: "a", probe: "")
        let twice = Emission.RemovedKey(key: "sa:{a}:\"", host: "b", probe: "")
        let sample = Emission.RemovedSample(id: "x", host: "a", probe: "top")
        let text = String(decoding: GoneList.encode(keys: [key, twice], samples: [sample]), as: UTF8.self)
        #expect(text == #"{"keys":["sa:{a}:\""],"ids":["x"],"samples":[{"key":"sa:{a}:top","id":"x"}]}"#)
        #expect(
            String(decoding: GoneList.encode(keys: [], samples: []), as: UTF8.self)
                == #"{"keys":[],"ids":[],"samples":[]}"#)
    }

    @Test func `meta names epoch, seq, bounds, clock and reason`() throws {
        let limits = try WindowLimits(samples: 20, bytes: 30, ageMs: 600_000, perKey: 5)
        let meta = Meta(epoch: "e\"1", seq: 7, limits: limits, now: 1_763_690_000_123, reason: .connect)
        #expect(
            String(decoding: meta.encode(), as: UTF8.self)
                == #"{"epoch":"e\"1","seq":7,"window":{"samples":20,"ageMs":600000,"perKey":5},"now":1763690000123,"#
                + #""reason":"connect"}"#)
        let short = Meta(epoch: "e", seq: 7, limits: limits, heldFrom: 1_763_690_000_001, now: 1_763_690_000_123)
        #expect(
            String(decoding: short.encode(), as: UTF8.self)
                == #"{"epoch":"e","seq":7,"window":{"samples":20,"ageMs":600000,"perKey":5,"from":1763690000001},"#
                + #""now":1763690000123}"#)
        let plain = Meta(epoch: "e", seq: .max, limits: limits, now: 1)
        let value = try JSONValue(parsing: plain.encode())
        #expect(value["reason"] == nil)
        #expect(String(decoding: plain.encode(), as: UTF8.self).contains(#""seq":18446744073709551615"#))
    }

    @Test func `keys are told with their span, sorted by name`() {
        let state = state([("b", 1...5), ("a", 3...4)])
        #expect(
            String(decoding: KeySummary.encode(state.keys(.all)), as: UTF8.self)
                == #"{"ok":true,"keys":[{"key":"sa:{a}:top","host":"a","probe":"top","samples":2,"firstT":3,"lastT":4},"#
                + #"{"key":"sa:{b}:top","host":"b","probe":"top","samples":5,"firstT":1,"lastT":5}]}"#)
    }
}
