import Probes
import Testing

@Suite struct RedactionPatternTests {
    @Test(arguments: [
        ("cust-[0-9]+", "app cust-17 x cust-4", "app *** x ***"), ("^app", "app app", "*** app"),
        ("x$", "x x", "x ***"), ("none", "app", "app"), ("(ä)+", "aäää", "a***"),
    ])
    func `hides every match`(pattern: String, line: String, expected: String) throws {
        let masked = try #require(RedactionPattern(pattern)).masked(Array(line.utf8))
        #expect(String(decoding: masked, as: UTF8.self) == expected)
    }

    @Test(arguments: ["", "(", "x*", "a|"])
    func `what is no expression, or finds nothing everywhere, is refused`(pattern: String) {
        #expect(RedactionPattern(pattern) == nil)
    }

    @Test func `survives bytes that are no text`() throws {
        #expect(try #require(RedactionPattern("b")).masked([0xFF, 0x62, 0xC3]) == [0xFF, 0x2A, 0x2A, 0x2A, 0xC3])
    }
}
