import JSONBytes
import SeededRandom
import TestSupport
import Testing

@Suite struct JSONWriterTests {
    private func written(_ body: (inout JSONWriter) -> Void) -> String {
        var writer = JSONWriter()
        body(&writer)
        return String(decoding: writer.bytes, as: UTF8.self)
    }

    @Test func `places commas in nested containers`() {
        let text = written { writer in
            writer.beginObject()
            writer.key("a")
            writer.beginArray()
            writer.integer(1)
            writer.beginArray()
            writer.endArray()
            writer.beginObject()
            writer.endObject()
            writer.null()
            writer.endArray()
            writer.key("b\"" as String)
            writer.bool(true)
            writer.key("c")
            writer.raw(Array("[1,2]".utf8))
            writer.key("d")
            writer.string(":")
            writer.endObject()
        }
        #expect(text == #"{"a":[1,[],{},null],"b\"":true,"c":[1,2],"d":":"}"#)
    }

    @Test(arguments: [
        ("plain", #""plain""#), ("", #""""#), ("a\"b\\c/d", #""a\"b\\c/d""#),
        ("\n\r\t\u{0}\u{1f}\u{7f}", #""\n\r\t\u0000\u001f\u007f""#),
        ("é€😀", "\"é€😀\""), ("\u{2028}\u{2029}", #""\u2028\u2029""#), ("</script>", #""</script>""#),
    ])
    func `escapes strings`(text: String, expected: String) throws {
        #expect(written { $0.string(text) } == expected)
        #expect(written { $0.string(utf8: Array(text.utf8)) } == expected)
        #expect(try JSONValue(parsing: Array(expected.utf8)) == .string(text))
    }

    @Test func `writes a value with its names sorted, and reads it back`() throws {
        let text = #"{"a":[1,-2.5,null,true,false,"x\n"],"b":{"":{}}}"#
        let value = try JSONValue(parsing: Array(#" {"b":{"":{ }},"a":[1,-25e-1,null,true,false,"x\n"]}"#.utf8))
        #expect(written { $0.value(value) } == text)
        #expect(try JSONValue(parsing: Array(text.utf8)) == value)
    }

    @Test func `repairs bytes that are no UTF-8`() throws {
        var writer = JSONWriter()
        writer.string(utf8: [0x61, 0xff, 0xe2, 0x82, 0x62, 0xed, 0xa0, 0x80])
        let value = try JSONValue(parsing: writer.bytes)
        #expect(value.string?.hasPrefix("a\u{fffd}") == true)
        #expect(value.string?.contains("b") == true)
    }

    @Test(arguments: [
        (0.0, 1, "0"), (1.0, 1, "1"), (12.34, 1, "12.3"), (12.35, 1, "12.4"), (0.05, 1, "0.1"), (-0.04, 1, "0"),
        (-1.26, 1, "-1.3"), (99.999, 2, "100"), (1.05, 2, "1.05"), (0.5, 0, "1"), (1e12, 2, "1000000000000"),
    ])
    func `rounds to decimals`(value: Double, decimals: Int, expected: String) {
        #expect(written { $0.number(value, decimals: decimals) } == expected)
    }

    @Test func `writes numbers exactly, and what is not finite as null`() throws {
        #expect(written { $0.number(1_763_690_000_123) } == "1763690000123")
        #expect(written { $0.number(.nan) } == "null")
        #expect(written { $0.number(-.infinity, decimals: 1) } == "null")
        #expect(written { $0.integer(Int64.min) } == "-9223372036854775808")
        #expect(written { $0.integer(UInt64.max) } == "18446744073709551615")
        var random = SeededGenerator(seed: 1)
        for _ in 0..<20_000 {
            let value = Double(bitPattern: random.next())
            guard value.isFinite else { continue }
            let text = written { $0.number(value) }
            #expect(try JSONValue(parsing: Array(text.utf8)) == .number(value), "\(text)")
        }
    }

    @Test func `what it writes of any bytes is valid`() throws {
        var random = SeededGenerator(seed: 2)
        for _ in 0..<20_000 {
            let bytes = (0..<Int.random(in: 0...24, using: &random)).map { _ in
                UInt8.random(in: 0...255, using: &random)
            }
            var writer = JSONWriter()
            writer.string(utf8: bytes)
            try JSONScanner.validate(writer.bytes)
        }
    }
}
