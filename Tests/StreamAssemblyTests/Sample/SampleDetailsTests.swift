import JSONBytes
import Testing

@testable import StreamAssembly

/// Which members of a sample are its details, and what is left without them.
@Suite struct SampleDetailsTests {
    private static let key = StreamKey("sa:{a}:top", prefix: "sa")

    private func sample(_ text: String) throws -> Sample {
        try Sample(.raw(text, t: 5), of: Self.key, maxTime: 10, maxBytes: 1 << 20)
    }

    private func text(_ bytes: [UInt8]) -> String { String(decoding: bytes, as: UTF8.self) }

    @Test(arguments: [
        // As collectors write it.
        (#"{"id":"x","details":["p"],"n":1,"p":{"rows":[[1]]},"m":2}"#, #"{"id":"x","details":["p"],"n":1,"m":2}"#),
        // Details at either end, side by side, and alone beside the id.
        (#"{"p":1,"id":"x","details":["p"]}"#, #"{"id":"x","details":["p"]}"#),
        (#"{"p":1,"q":2,"id":"x","details":["p","q"]}"#, #"{"id":"x","details":["p","q"]}"#),
        (#"{"p":1,"id":"x","q":2,"r":3,"details":["r","q","p"]}"#, #"{"id":"x","details":["r","q","p"]}"#),
        (#"{"id":"x","details":["p","q"],"p":[1,2],"q":{}}"#, #"{"id":"x","details":["p","q"]}"#),
        // White space stays where it is kept.
        (
            "{ \"p\" : 1 , \"id\" : \"x\" ,\n \"details\":[\"p\",\"q\"], \"q\": 2 }",
            "{ \"id\" : \"x\" ,\n \"details\":[\"p\",\"q\"] }"
        ),
        // Names are compared once their escapes are undone.
        (#"{"id":"x","details":["p"],"\u0070":1}"#, #"{"id":"x","details":["p"]}"#),
        (#"{"id":"x","d\u0065tails":["\u0070"],"p":1}"#, #"{"id":"x","d\u0065tails":["\u0070"]}"#),
        (#"{"id":"x","details":["é"],"é":1,"e":2}"#, #"{"id":"x","details":["é"],"e":2}"#),
        // Members of members are none.
        (#"{"id":"x","details":["p"],"n":{"p":1}}"#, #"{"id":"x","details":["p"],"n":{"p":1}}"#),
        (#"{"id":"x","details":[]}"#, #"{"id":"x","details":[]}"#),
        (#"{"id":"x","p":1}"#, #"{"id":"x","p":1}"#),
    ])
    func `figures are the sample without its details, byte for byte`(_ whole: String, _ figures: String) throws {
        let sample = try sample(whole)
        #expect(text(sample.figures) == figures)
        #expect(sample.size(of: .figures) == figures.utf8.count)
        #expect(text(sample.bytes) == whole)
    }

    @Test func `whichever members are details, the others are left`() throws {
        let names = ["a", "b", "c", "d", "e"]
        for choice in 0..<32 {
            let chosen = names.indices.filter { choice & 1 << $0 != 0 }.map { names[$0] }
            for place in 0...names.count {
                var members = names.map { #""\#($0)":{"n":"\#($0)"}"# }
                members.insert(#""id":"x""#, at: place)
                members.insert(#""details":[\#(chosen.map { "\"\($0)\"" }.joined(separator: ","))]"#, at: 2)
                let sample = try sample("{\(members.joined(separator: ","))}")
                let figures = try JSONValue(parsing: sample.figures)
                #expect(
                    figures.object.map { Set($0.keys) } == Set(names + ["id", "details"]).subtracting(chosen))
                var writer = JSONWriter()
                sample.write(.details, to: &writer)
                let details = try JSONValue(parsing: writer.bytes)
                #expect(details.object.map { Set($0.keys) } == Set(chosen + ["id", "key", "t"]))
                #expect(chosen.allSatisfy { details[$0]?["n"] == .string($0) })
                #expect((sample.detailBytes > 0) == !chosen.isEmpty)
            }
        }
    }

    @Test(
        arguments: [
            (#"["p"]"#, 0), (#"["p","absent"]"#, 1), (#"["p","p"]"#, 1), (#"["id","p","host","probe","t"]"#, 4),
            (#"["p","details","key"]"#, 2), (#"["p",7,null,["p"]]"#, 3), (#"["p",""]"#, 1), (#"["p","\u0070"]"#, 1),
            (#"["p"\#(String(repeating: #","p""#, count: 20))]"#, 20),
        ] as [(String, Int)])
    func `a name that cannot be of a detail is left out and counted, the others count`(
        _ list: String, _ ignored: Int
    ) throws {
        let sample = try sample(#"{"id":"x","host":"a","probe":"top","t":5,"key":1,"details":\#(list),"p":1}"#)
        #expect(sample.details.ignored == ignored)
        #expect(sample.size(of: .figures) == sample.bytes.count - #","p":1"#.utf8.count)
        var state = AssemblerState(configuration: .init())
        _ = state.apply([.added(key: "sa:{a}:top", rows: [.raw(sample.bytes, t: 5)])], now: 5)
        #expect(state.statistics.detailsIgnored == ignored)
        #expect(state.statistics.samples == 1)
    }

    @Test(arguments: [
        "null", "true", "7", #""p""#, #"{"p":1}"#, "[\"p\"\(String(repeating: " ", count: 5000))]",
    ])
    func `what is no list of names is as if it were not there, and is counted once`(_ list: String) throws {
        let sample = try sample(#"{"id":"x","details":\#(list),"p":1}"#)
        #expect(sample.details.isEmpty)
        #expect(sample.details.ignored == 1)
        #expect(sample.figures == sample.bytes)
        #expect(!(sample.detailBytes > 0))
    }

    @Test func `more than sixteen names are not looked at`() throws {
        let names = (0..<20).map { "n\($0)" }
        let sample = try sample(
            #"{"id":"x","details":[\#(names.map { "\"\($0)\"" }.joined(separator: ","))],"#
                + names.map { #""\#($0)":1"# }.joined(separator: ",") + "}")
        #expect(sample.details.members.count == 16)
        #expect(sample.details.ignored == 4)
    }

    @Test func `a sample whose details nobody has looked for finds them in its bytes`() throws {
        let checked = try sample(#"{"p":1,"id":"x","details":["p"],"q":2}"#)
        let bare = Sample(
            key: checked.key, host: checked.host, probe: checked.probe, id: checked.id, t: checked.t,
            bytes: checked.bytes, memberHash: checked.memberHash, traits: checked.traits)
        #expect(bare == checked)
        #expect(bare.details == checked.details)
        #expect(bare.figures == checked.figures)
    }
}
