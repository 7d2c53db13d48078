import JSONBytes
import SeededRandom
import TestSupport
import Testing

@Suite struct JSONScannerTests {
    @Test(arguments: [
        "null", "true", " false ", "0", "-0", "-1.5e+10", "1E5", "0.000", "1e-9", "\"\"", #""\"\\\/\b\f\n\r\t""#,
        #""\u00e9\ud83d\ude00""#, "\"é€😀\"", "[]", "[ ]", "[1,2 , 3]", "{}", "{ }", #"{"a":1,"a":2,"":[]}"#,
        "\t\r\n [ {\"a\" : [ null ] } ] \n", "123456789012345678901234567890", "\"\u{7f}\"",
    ])
    func `accepts`(text: String) throws {
        try JSONScanner.validate(Array(text.utf8))
        _ = try JSONValue(parsing: Array(text.utf8))
    }

    @Test(arguments: [
        "", " ", "nul", "nulll", "True", "+1", "01", "-", "-01", "1.", ".5", "1e", "1e+", "0x1", "NaN", "Infinity",
        "'a'", "\"", "\"\\\"", #""\x""#, #""\u12g4""#, #""\u12"#, "\"\n\"", "\"\u{0}\"", #""\ud800""#, #""\udc00""#,
        #""\ud800A""#, #""\ud800\n""#, "[", "[1", "[1,", "[1,]", "[,1]", "[1 2]", "]", "{", "{\"a\"",
        "{\"a\":", "{\"a\":1", "{\"a\":1,", "{\"a\":1,}", "{a:1}", "{1:1}", "{\"a\" 1}", "{\"a\":1 \"b\":2}", "[}",
        "{]",
        "1 2", "[]]", "{}{}", "[1]//", "\u{feff}1", "\u{a0}1",
    ])
    func `refuses`(text: String) {
        #expect(throws: JSONError.self) { try JSONScanner.validate(Array(text.utf8)) }
        #expect(throws: JSONError.self) { try JSONValue(parsing: Array(text.utf8)) }
    }

    @Test(
        arguments: [
            [0x80], [0xc0, 0x80], [0xc1, 0xbf], [0xc3], [0xc3, 0x28], [0xe0, 0x80, 0x80], [0xe2, 0x82],
            [0xe2, 0x28, 0xa1],
            [0xed, 0xa0, 0x80], [0xf0, 0x80, 0x80, 0x80], [0xf0, 0x9f, 0x98], [0xf4, 0x90, 0x80, 0x80],
            [0xf5, 0x80, 0x80, 0x80],
            [0xff], [0xfe],
        ] as [[UInt8]])
    func `refuses ill-formed UTF-8 at its offset`(bytes: [UInt8]) {
        let text = [UInt8(ascii: "["), UInt8(ascii: "\"")] + bytes + [UInt8(ascii: "\""), UInt8(ascii: "]")]
        #expect(throws: JSONError.invalidUTF8(offset: 2)) { try JSONScanner.validate(text) }
    }

    @Test func `nests up to the limit and no deeper`() throws {
        func nested(_ depth: Int) -> [UInt8] {
            Array((String(repeating: "[", count: depth) + String(repeating: "]", count: depth)).utf8)
        }
        try JSONScanner.validate(nested(64))
        #expect(throws: JSONError.tooDeep(limit: 64, offset: 64)) { try JSONScanner.validate(nested(65)) }
        #expect(throws: JSONError.tooDeep(limit: 64, offset: 64)) { try JSONScanner.validate(nested(1_000_000)) }
        #expect(throws: JSONError.tooDeep(limit: 2, offset: 2)) { try JSONValue(parsing: nested(3), maxDepth: 2) }
    }

    @Test func `no caller gets more than 1,024 levels`() throws {
        func nested(_ depth: Int) -> [UInt8] {
            Array((String(repeating: "[", count: depth) + String(repeating: "]", count: depth)).utf8)
        }
        _ = try JSONValue(parsing: nested(1_024), maxDepth: .max)
        #expect(throws: JSONError.tooDeep(limit: 1_024, offset: 1_024)) {
            try JSONScanner.validate(nested(1_000_000), maxDepth: .max)
        }
    }

    @Test func `finds a key that is written with escapes`() throws {
        let text = Array(#"{"\u0069d":1,"id":2}"#.utf8)
        let found = try JSONScanner.topLevelValues(text, keys: ["id"])
        #expect(found[0].map { String(decoding: text[$0], as: UTF8.self) } == "1")
    }

    @Test func `names the offending byte and its offset`() {
        #expect(throws: JSONError.unexpectedByte(UInt8(ascii: "x"), offset: 4)) {
            try JSONScanner.validate(Array("[1, x]".utf8))
        }
        #expect(throws: JSONError.unexpectedEnd(offset: 3)) { try JSONScanner.validate(Array("[1,".utf8)) }
        #expect(throws: JSONError.trailingBytes(offset: 3)) { try JSONScanner.validate(Array("{} 1".utf8)) }
    }

    @Test func `finds top-level values by key, the first of doubles, none in depth`() throws {
        let text = Array(#" {"x":{"id":0}, "id" : "a\"b" ,"id":2,"t":1.5e3}"#.utf8)
        let found = try JSONScanner.topLevelValues(text, keys: ["id", "t", "missing"])
        #expect(found[0].map { String(decoding: text[$0], as: UTF8.self) } == #""a\"b""#)
        #expect(found[1].map { String(decoding: text[$0], as: UTF8.self) } == "1.5e3")
        #expect(found[2] == nil)
        #expect(throws: JSONError.notExpectedType(offset: 0)) {
            try JSONScanner.topLevelValues(Array("[]".utf8), keys: [])
        }
        #expect(throws: JSONError.self) { try JSONScanner.topLevelValues(Array(#"{"id":1}}"#.utf8), keys: ["id"]) }
    }

    @Test func `gives the raw elements of an array, in a slice too`() throws {
        let text = Array(#"42["e", {"a":[1,2]} ,null]"#.utf8)
        let slice = text[2...]
        let texts = try JSONScanner.elements(ofArray: slice).map {
            String(decoding: slice.dropFirst($0.lowerBound).prefix($0.count), as: UTF8.self)
        }
        #expect(texts == [#""e""#, #"{"a":[1,2]}"#, "null"])
        #expect(try JSONScanner.elements(ofArray: Array("[]".utf8)).isEmpty)
        #expect(throws: JSONError.notExpectedType(offset: 0)) { try JSONScanner.elements(ofArray: Array("{}".utf8)) }
    }

    @Test func `any bytes give a value or an error, and scanner and value agree`() {
        var random = SeededGenerator(seed: 8259)
        let seeds = [
            #"{"id":"web-1:top:18f:1","t":1763690000123,"cpu":{"user":1.5},"rows":[[1,"a\u00e9"],[null,true]]}"#,
            #"["dUpdates",[{"a":-0.1e-7}],"é€😀"]"#, "\"\\ud83d\\ude00\"", "[[[[[[1]]]]]]",
        ].map { Array($0.utf8) }
        let alphabet = Array("{}[]\",:\\u0123456789abcdefnrtl-+.eE \u{e9}".utf8) + [0x00, 0x1f, 0x80, 0xed, 0xf4, 0xff]
        var accepted = 0
        for _ in 0..<200_000 {
            var text = seeds[Int.random(in: 0..<seeds.count, using: &random)]
            for _ in 0..<Int.random(in: 1...3, using: &random) {
                let index = Int.random(in: 0..<text.count, using: &random)
                let byte = alphabet[Int.random(in: 0..<alphabet.count, using: &random)]
                switch Int.random(in: 0..<4, using: &random) {
                case 0: text[index] = byte
                case 1: text.insert(byte, at: index)
                case 2 where text.count > 1: text.remove(at: index)
                default: text.removeSubrange(min(index + 1, text.count)...)
                }
            }
            let isValid = (try? JSONScanner.validate(text)) != nil
            accepted += isValid ? 1 : 0
            let value = try? JSONValue(parsing: text)
            guard isValid == (value != nil) else {
                Issue.record("scanner and value disagree on \(text)")
                return
            }
        }
        #expect(accepted > 1000 && accepted < 199_000, "the inputs are neither all good nor all bad: \(accepted)")
    }
}
