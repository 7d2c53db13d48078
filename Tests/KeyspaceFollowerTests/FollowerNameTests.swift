import Testing

@testable import KeyspaceFollower

/// Keys that are not followed for their names.
@Suite struct FollowerNameTests {
    @Test func `takes a name of 512 bytes, and counts what is longer or not UTF-8`() {
        var skipped = SkippedNames()
        let longest = [UInt8](repeating: 0x61, count: 512)
        #expect(skipped.followed(longest[...]) == String(repeating: "a", count: 512))
        #expect(skipped.followed((longest + [0x61])[...]) == nil)
        #expect(skipped.followed([0x61, 0xFF]) == nil)
        #expect(skipped.tooLong == 1 && skipped.notUTF8 == 1)
        #expect(skipped.excerpt == String(repeating: "a", count: 80) + "…")
        var all = SkippedNames()
        all.take(skipped)
        all.take(SkippedNames())
        #expect(all.tooLong == 1 && all.notUTF8 == 1 && all.excerpt == skipped.excerpt)
    }
}
