import SeededRandom
import TestSupport
import Testing

@testable import StreamAssembly

/// What counts as a sample (Contract.md §1), and what it takes from key and member.
@Suite struct SampleTests {
    private func sample(
        _ row: Row, key: String = "sa:{web-1}:top", maxTime: Double = 1e15, maxBytes: Int = 1 << 20
    ) throws(SampleRejection) -> Sample {
        try Sample(row, of: StreamKey(key, prefix: "sa"), maxTime: maxTime, maxBytes: maxBytes)
    }

    @Test(
        arguments: [
            ("", .notJSONObject), ("nonsense", .notJSONObject), ("[]", .notJSONObject), ("\"id\"", .notJSONObject),
            ("null", .notJSONObject), (#"{"id":"a"} x"#, .notJSONObject), (#"{"id":"a""#, .notJSONObject),
            (#"{"id":"a","t":01}"#, .notJSONObject), ("{}", .missingID), (#"{"ID":"a"}"#, .missingID),
            (#"{"id":""}"#, .missingID), (#"{"id":7}"#, .missingID), (#"{"id":null}"#, .missingID),
            (#"{"id":["a"]}"#, .missingID), (#"{"x":{"id":"a"}}"#, .missingID),
            (#"{"id":"\#(String(repeating: "a", count: 257))"}"#, .idTooLong),
            (#"{"id":"\#(String(repeating: "é", count: 129))"}"#, .idTooLong),
        ] as [(String, SampleRejection)])
    func `rejects a member that is no sample`(member: String, reason: SampleRejection) {
        #expect(throws: reason) { try sample(.raw(member, t: 1)) }
    }

    @Test func `rejects bytes that are not UTF-8`() {
        #expect(throws: SampleRejection.notJSONObject) {
            try sample(.raw(Array(#"{"id":""#.utf8) + [0xff, 0x22, 0x7d], t: 1))
        }
    }

    @Test func `rejects scores that are not finite or too far in the future`() throws {
        #expect(throws: SampleRejection.scoreNotFinite) { try sample(.make("a", t: 1).at(.infinity)) }
        #expect(throws: SampleRejection.scoreNotFinite) { try sample(.make("a", t: 1).at(-.infinity)) }
        #expect(throws: SampleRejection.scoreNotFinite) { try sample(.make("a", t: 1).at(.nan)) }
        #expect(throws: SampleRejection.tooFarInFuture) { try sample(.make("a", t: 1000.5), maxTime: 1000) }
        #expect(try sample(.make("a", t: 1000), maxTime: 1000).t == 1000)
    }

    @Test func `rejects more than the bytes allowed, takes exactly that many`() throws {
        let row = Row.make("a", t: 1)
        #expect(throws: SampleRejection.tooLarge) { try sample(row, maxBytes: row.member.count - 1) }
        #expect(try sample(row, maxBytes: row.member.count).bytes == row.member)
    }

    @Test(arguments: [1, 256])
    func `takes an id of 1 to 256 bytes`(length: Int) throws {
        let id = String(repeating: "a", count: length)
        #expect(try sample(.make(id, t: 1)).id == id)
    }

    @Test func `finds the id anywhere, escapes undone in key and value`() throws {
        #expect(try sample(.raw(#" {"a":{"id":"no"}, "id" : "yes"} "#, t: 1)).id == "yes")
        #expect(try sample(.raw(#"{"id":"\u0061\n\ud83d\ude00"}"#, t: 1)).id == "a\n😀")
        #expect(try sample(.raw(#"{"\u0069d":"escaped"}"#, t: 1)).id == "escaped")
    }

    @Test func `keeps the member byte for byte`() throws {
        let row = Row.raw(" {\"id\":\"a\" , \"x\":1.50e+01,\"u\":\"\\u0041é\"}\n", t: 1)
        #expect(try sample(row).bytes == row.member)
    }
}

extension Row {
    func at(_ score: Double) -> Row { Row(score: score, member: member, memberHash: memberHash) }
}

/// Keys of the shape `prefix:{HOST}:PROBE` (Contract.md §1).
@Suite struct StreamKeyTests {
    @Test(arguments: [
        ("sa:{web-1}:top", "web-1", "top"), ("sa:{A.b_c-9}:x", "A.b_c-9", "x"), ("sa:{h}:a-b_9", "h", "a-b_9"),
        ("sa:{\(String(repeating: "h", count: 253))}:top", String(repeating: "h", count: 253), "top"),
        ("sa:{h}:\(String(repeating: "p", count: 32))", "h", String(repeating: "p", count: 32)),
    ])
    func `names host and probe`(name: String, host: String, probe: String) {
        let key = StreamKey(name, prefix: "sa")
        #expect([key.name, key.host, key.probe] == [name, host, probe])
    }

    @Test(arguments: [
        "", "sa", "sa:", "sa:{}:top", "sa:{h}", "sa:{h}:", "sa:{h}top", "sa:h:top", "sa:{h:top", "sb:{h}:top",
        "xsa:{h}:top", "sa:{h}:Top", "sa:{h}:9top", "sa:{h}:to.p", "sa:{h}:top:x", "sa:{h h}:top", "sa:{hé}:top",
        "sa:{h}}:top", "sa:{{h}:top", "sa:{\(String(repeating: "h", count: 254))}:top",
        "sa:{h}:\(String(repeating: "p", count: 33))",
    ])
    func `leaves another shape without names`(name: String) {
        let key = StreamKey(name, prefix: "sa")
        #expect([key.name, key.host, key.probe] == [name, "", ""])
        #expect(!key.isNamed)
    }
}

/// Names compared by their bytes, beside the plain comparison of byte arrays.
@Suite struct ExactTextTests {
    @Test func `equality, order and hash are those of the bytes`() {
        var random = SeededGenerator(seed: 7)
        let parts = ["a", "b", "é", "e\u{301}", "web-1:", "😀", "12345678", "\u{0}"]
        var equal = 0
        for _ in 0..<20_000 {
            let texts = (0..<2).map { _ in
                (0..<Int.random(in: 0...3, using: &random)).map { _ in
                    parts[Int.random(in: 0..<parts.count, using: &random)]
                }.joined()
            }
            let (left, right) = (ExactText(texts[0]), ExactText(texts[1]))
            let (leftBytes, rightBytes) = (Array(texts[0].utf8), Array(texts[1].utf8))
            guard (left == right) == (leftBytes == rightBytes),
                (left < right) == leftBytes.lexicographicallyPrecedes(rightBytes),
                left != right || left.hashValue == right.hashValue
            else {
                Issue.record("\(leftBytes) and \(rightBytes)")
                return
            }
            equal += left == right ? 1 : 0
        }
        #expect(equal > 100)
    }
}
