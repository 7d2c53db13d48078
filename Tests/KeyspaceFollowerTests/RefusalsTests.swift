import RESP
import RedisClient
import Testing

@testable import KeyspaceFollower

@Suite struct RefusalsTests {
    private var refusals = Refusals()

    private func reason(followed: Int) -> String? { refusals.reason(followed: followed) { "GRANT" }?.message }

    @Test mutating func `are no reason while one key can be read`() {
        #expect(refusals.noteRead(of: "a", "NOPERM no keys") == true)
        #expect(reason(followed: 2) == nil)
        #expect(refusals.noteRead(of: "b", "NOPERM no keys") == true)
        #expect(reason(followed: 2)?.hasPrefix("none of 2 keys may be read: NOPERM no keys") == true)
        #expect(reason(followed: 2)?.hasSuffix("; grant: GRANT") == true)
        #expect(refusals.noteRead(of: "b", nil) == false)
        #expect(reason(followed: 2) == nil)
    }

    @Test mutating func `are new once for each key, until it is read`() {
        #expect(refusals.noteRead(of: "a", "BUSY script") == true)
        #expect(refusals.noteRead(of: "a", "BUSY script") == false)
        _ = refusals.noteRead(of: "a", nil)
        #expect(refusals.noteRead(of: "a", "BUSY script") == true)
    }

    @Test mutating func `of the search count until a search is answered`() {
        refusals.noteSearch(RESPServerError(code: "ERR", message: "no"))
        #expect(reason(followed: 9) == "the keys may not be listed: ERR no")
        refusals.noteSearch(nil)
        #expect(reason(followed: 9) == nil)
    }

    @Test mutating func `of the search are reported once`() {
        #expect(refusals.isFirstFailureOfSearch() == true)
        #expect(refusals.isFirstFailureOfSearch() == false)
    }
}
