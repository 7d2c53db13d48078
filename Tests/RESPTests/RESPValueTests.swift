import RESP
import Testing

@Suite
struct RESPValueTests {
    @Test func `reads text and numbers from either kind of string`() {
        #expect(RESPValue.bulk(Array("1.5e3".utf8)).double == 1500)
        #expect(RESPValue.bulk(Array("-inf".utf8)).double == -.infinity)
        #expect(RESPValue.simple("12").integer == 12)
        #expect(RESPValue.bulk(Array("12x".utf8)).integer == nil)
        #expect(RESPValue.integer(3).double == 3)
        #expect(RESPValue.bulk([0xFF, 0x61]).string == "\u{FFFD}a")
    }

    @Test func `gives nil for what it is not`() {
        #expect(RESPValue.null.bytes == nil)
        #expect(RESPValue.array([]).string == nil)
        #expect(RESPValue.integer(1).array == nil)
        #expect(RESPValue.simple("x").error == nil)
    }
}
