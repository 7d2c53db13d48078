import JSONBytes
import Testing

@testable import StreamAssembly

/// How clients tell apart what has one id.
@Suite struct SampleNamesTests {
    private func names(_ rows: [(key: String, id: String)]) throws -> [String] {
        var state = AssemblerState(configuration: .make())
        for (key, id) in rows {
            var writer = JSONWriter()
            writer.string(id)
            let member = #"{"id":\#(String(decoding: writer.bytes, as: UTF8.self)),"host":"h","probe":"p","t":1}"#
            let given = key.hasPrefix("sa:{") ? member.replacing(#","host":"h","probe":"p""#, with: "") : member
            _ = state.apply([.added(key: key, rows: [.raw(given, t: 1)])], now: 1)
        }
        let snapshot = state.snapshot(.all, maxBytes: .max)
        #expect(snapshot.samples.count == rows.count)
        let encoded = snapshot.encode()
        #expect(encoded.count <= snapshot.samples.reduce(2) { $0 + Snapshot.size(of: $1.outline) })
        return try JSONScanner.members(ofObject: encoded).map(\.name).sorted()
    }

    @Test func `an id is its own name where only one key has it`() throws {
        #expect(
            try names([("sa:{a}:top", "a:top:1:1"), ("sa:{b}:top", "x"), ("sa:c", "y")]) == ["a:top:1:1", "x", "y"])
    }

    @Test func `where several keys have it each is named with its key, whoever came first`() throws {
        let expected = [#"["sa:c","x"]"#, #"["sa:{a}:top","x"]"#, #"["sa:{b}:top","x"]"#, "y"]
        let rows = [("sa:{a}:top", "x"), ("sa:{b}:top", "x"), ("sa:c", "x"), ("sa:c", "y")]
        #expect(try names(rows) == expected)
        #expect(try names(rows.reversed()) == expected)
    }

    @Test func `an id that looks like such a name is no such name`() throws {
        let forged = #"["sa:{a}:top","x"]"#
        #expect(
            try names([("sa:{b}:top", forged), ("sa:{a}:top", "x")]) == [
                #"["sa:{b}:top","[\"sa:{a}:top\",\"x\"]"]"#, "x",
            ])
    }

    @Test func `names of JavaScript's own objects, and characters that need escapes, are ids like others`() throws {
        let ids = ["__proto__", "constructor", "a\"\\\u{1}\u{2028}é", "[", "[\"", ""]
        let rows = ids.dropLast().flatMap { id in ["sa:{a}:top", "sa:{b}:top"].map { ($0, id) } }
        #expect(Set(try names(rows)).count == rows.count)
    }

    @Test func `an entry tells its key where the sample does not, and the score always`() throws {
        var state = AssemblerState(configuration: .make())
        let plain = #"{"id":"a:top:1:1","t":5}"#
        let odd = #"{"id":"x","t":7}"#
        _ = state.apply([.added(key: "sa:{a}:top", rows: [.raw(plain, t: 5), .raw(odd, t: 6)])], now: 10)
        let text = String(decoding: state.snapshot(.all, maxBytes: .max).encode(), as: UTF8.self)
        #expect(text == #"{"x":{"t":6,"key":"sa:{a}:top","data":\#(odd)},"a:top:1:1":{"t":5,"data":\#(plain)}}"#)
    }

    @Test func `a list's notes tell of those alone that need it`() throws {
        let plain = Sample.make("a:top:1:1", t: 5)
        func odd(_ traits: Sample.Traits) -> Sample {
            Sample(key: "sa:\"", host: "", probe: "", id: "x", t: 6.5, bytes: [], memberHash: 0, traits: traits)
        }
        let meta = Array(#"{"seq":1}"#.utf8)
        func text(_ samples: [Sample]) -> String {
            String(decoding: SampleNotes(samples).added(to: meta), as: UTF8.self)
        }
        #expect(text([plain, plain]) == #"{"seq":1}"#)
        #expect(text([plain, odd(.tellsTime), odd(.tellsKey)]) == #"{"seq":1,"keys":{"1":"sa:\""},"times":{"2":6.5}}"#)
        #expect(text([odd([])]) == #"{"seq":1,"keys":{"0":"sa:\""},"times":{"0":6.5}}"#)
    }
}
