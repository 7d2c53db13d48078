import JSONBytes
import Testing

@testable import StreamAssembly

/// Globs, and what a client may ask for (Contract.md §3, `subscribe`).
@Suite struct SelectionTests {
    @Test(arguments: [
        ("*", "", true), ("*", "web-1", true), ("web-*", "web-1", true), ("web-*", "web-", true),
        ("web-*", "xweb-1", false), ("*-1", "web-1", true), ("*-1", "web-12", false), ("w*b*1", "web-b1", true),
        ("w*b*1", "web-b2", false), ("?", "a", true), ("?", "", false), ("?", "é", true), ("??", "é", false),
        ("a?c", "abc", true), ("a?c", "ac", false), ("[a]", "[a]", true), ("[a]", "a", false), ("a.c", "abc", false),
        ("web", "web", true), ("web", "Web", false), ("web", "web-1", false), ("**", "x", true),
        ("*a*a*b", "aaaab", true),
        ("*?", "", false), ("*?", "é", true), ("é*", "éa", true), ("\\*", "*", false),
    ])
    func `a glob fits`(pattern: String, text: String, expected: Bool) throws {
        #expect(try #require(Glob(pattern)).matches(text) == expected)
    }

    @Test func `a glob made to backtrack stays cheap`() throws {
        let glob = try #require(Glob(String(repeating: "*a", count: 100) + "b"))
        // With exponential backtracking this would not end.
        #expect(!glob.matches(String(repeating: "a", count: 253)))
    }

    @Test func `a glob has 1 to 256 bytes`() {
        #expect(Glob("") == nil)
        #expect(Glob(String(repeating: "a", count: 256)) != nil)
        #expect(Glob(String(repeating: "a", count: 257)) == nil)
    }

    private func selection(_ text: String) throws -> Selection {
        try Selection(try JSONValue(parsing: Array(text.utf8)))
    }

    @Test func `what is missing means all, with a depth of 100`() throws {
        #expect(try selection("{}") == .all)
        #expect(try selection("{}").depth == 100)
        #expect(Selection.all.matches(host: "", probe: ""))
        #expect(Selection.all.matches(host: "web-1", probe: "top"))
    }

    @Test func `hosts and probes both have to fit, any pattern of each`() throws {
        let selection = try selection(#"{"hosts":["web-*","db"],"probes":["top"],"depth":3,"later":1}"#)
        #expect(selection.depth == 3)
        #expect(selection.matches(host: "web-1", probe: "top"))
        #expect(selection.matches(host: "db", probe: "top"))
        #expect(!selection.matches(host: "db2", probe: "top"))
        #expect(!selection.matches(host: "db", probe: "netstat"))
    }

    @Test func `figures and details are other parts of the same samples`() throws {
        #expect(try selection("{}").part == .whole)
        #expect(try selection(#"{"figures":true}"#).part == .figures)
        #expect(try selection(#"{"figures":true}"#) != .all)
        #expect(try selection(#"{"figures":false}"#) == .all)
        #expect(try selection(#"{"figures":true}"#).with(depth: 7).part == .figures)
        let details = try Selection.details(try JSONValue(parsing: Array(#"{"hosts":["a"]}"#.utf8)))
        #expect(details == Selection(hosts: [try #require(Glob("a"))], probes: [], depth: 1, part: .details))
        #expect(try Selection.details(try JSONValue(parsing: Array(#"{"hosts":[]}"#.utf8))) == nil)
    }

    @Test func `the order of the patterns makes no other selection`() throws {
        #expect(try selection(#"{"hosts":["a","b"]}"#) == selection(#"{"hosts":["b","a"]}"#))
    }

    @Test(arguments: [
        ("[]", "argument", "object"), ("null", "argument", "object"), (#""web""#, "argument", "object"),
        (#"{"hosts":"web"}"#, "hosts", "1 to 64"), (#"{"hosts":{}}"#, "hosts", "1 to 64"),
        (#"{"hosts":[1]}"#, "hosts", "1 to 256 bytes"), (#"{"probes":[""]}"#, "probes", "1 to 256 bytes"),
        (#"{"probes":[null]}"#, "probes", "1 to 256 bytes"), (#"{"depth":0}"#, "depth", "1 to 100000"),
        (#"{"depth":-1}"#, "depth", "1 to 100000"), (#"{"depth":1.5}"#, "depth", "1 to 100000"),
        (#"{"depth":100001}"#, "depth", "1 to 100000"), (#"{"depth":"9"}"#, "depth", "1 to 100000"),
        (#"{"depth":1e999}"#, "depth", "1 to 100000"),
    ])
    func `what makes no sense is refused by field, with what is allowed`(text: String, field: String, allowed: String) {
        let error = #expect(throws: Selection.Invalid.self) { try selection(text) }
        #expect(error?.field == field)
        #expect(error?.description.contains(allowed) == true, "\(String(describing: error))")
    }

    @Test(arguments: [
        (#"{"depth":1.5}"#, "1.5"), (#"{"depth":"9"}"#, #""9""#), (#"{"hosts":"web"}"#, #""web""#),
        (#"{"probes":["top",7]}"#, "7"),
    ])
    func `the value is named as well`(text: String, value: String) {
        let error = #expect(throws: Selection.Invalid.self) { try selection(text) }
        #expect(error?.description.contains(value) == true, "\(String(describing: error))")
    }

    @Test func `64 patterns pass, 65 and none do not`() throws {
        func hosts(_ count: Int) -> String {
            #"{"hosts":["# + (0..<count).map { "\"h\($0)\"" }.joined(separator: ",") + "]}"
        }
        #expect(try selection(hosts(64)).hosts.count == 64)
        #expect(throws: Selection.Invalid.self) { try selection(hosts(65)) }
        #expect(throws: Selection.Invalid.self) { try selection(hosts(0)) }
    }
}
