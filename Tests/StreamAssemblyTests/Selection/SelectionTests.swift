import JSONBytes
import SeededRandom
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

    /// Said anew, as slowly as it may be: what fits is one of three things.
    private static func fits(_ pattern: ArraySlice<Character>, _ text: ArraySlice<Character>) -> Bool {
        guard let first = pattern.first else { return text.isEmpty }
        if first == "*" { return fits(pattern.dropFirst(), text) || !text.isEmpty && fits(pattern, text.dropFirst()) }
        return (first == "?" ? !text.isEmpty : text.first == first) && fits(pattern.dropFirst(), text.dropFirst())
    }

    @Test(arguments: 1...8) func `any glob fits what it says`(_ seed: UInt64) throws {
        var random = SeededGenerator(seed: seed)
        let letters: [Character] = ["a", "b", "é", "€", "*", "?", "*"]
        for _ in 0..<2_000 {
            let pattern = (0...Int.random(in: 0...8, using: &random)).map { _ in
                letters[Int.random(in: 0..<7, using: &random)]
            }
            let text = (0..<Int.random(in: 0...9, using: &random)).map { _ in
                letters[Int.random(in: 0..<4, using: &random)]
            }
            let fits = try #require(Glob(String(pattern))).matches(String(text))
            #expect(fits == Self.fits(pattern[...], text[...]), "\(String(pattern)) \(String(text))")
        }
    }

    /// Pieces of every length around those of a machine word, whole, with any characters in them, and with one wrong.
    @Test(arguments: [1, 7, 8, 9, 10, 63, 64, 65, 100, 127, 128, 129, 200]) func `long pieces are found`(
        _ count: Int
    ) throws {
        let letters = ["a", "b", "a", "c"]
        let text = (0..<210).map { place -> String in place % 11 == 0 ? "é" : letters[place * place / 3 % 4] }
        for start in [0, 1, 5, 210 - count] where start + count <= 210 {
            var piece = Array(text[start..<(start + count)])
            func fits() throws -> Bool? {
                let pattern = "*" + piece.joined() + "*"
                return pattern.utf8.count > Glob.maxLength ? nil : try #require(Glob(pattern)).matches(text.joined())
            }
            #expect(try fits() != false)
            for place in stride(from: 0, to: count, by: 9) { piece[place] = "?" }
            #expect(try fits() != false)
            piece[count - 1] = "?"
            #expect(try fits() != false)
            piece[count / 2] = "z"
            #expect(try fits() != true)
        }
    }

    private static let dear: [String] = [
        "*\(a(120))b*", "*\(a(250))b*", "*\(a(8))b*", "*\(a(7))b*", "*\(a(64))b*", "*\(a(250))b", "\(a(200))*b",
        "*\(many("?", 200))b*", "\(many("*a", 126))*b*", "\(many("*aaaaaaaaa", 24))*b*", "\(many("*?", 126))*b*",
        "\(many("?*", 100))b",
    ]

    @Test(arguments: dear)
    func `no glob takes more than a few steps a byte, and each is counted`(_ pattern: String) throws {
        let selection = Selection(hosts: [try #require(Glob(pattern))], probes: []).remembering(in: MatchTable())
        #expect(!selection.matches(host: Self.a(255), probe: "top"))
        let work = selection.takeWork()
        #expect((1...3_000).contains(work))
        #expect(!selection.matches(host: Self.a(255), probe: "top"))
        #expect(selection.takeWork() == 0)
    }

    @Test(arguments: ["web-*", "*", "*db*", "a?c*", "*monitor*", "*\(a(100))", "\(a(100))*", a(100)])
    func `ordinary patterns, and long ends, take no long`(_ pattern: String) throws {
        #expect(try !Selection(hosts: [], probes: [#require(Glob(pattern))]).isDear)
    }

    @Test(arguments: ["*\(a(9))*", "x*\(a(9))*y", "*?????????*"])
    func `a selection knows that its patterns may take long`(_ pattern: String) throws {
        #expect(try Selection(hosts: [], probes: [#require(Glob(pattern))]).isDear)
        #expect(try Selection(hosts: [#require(Glob(pattern))], probes: []).isDear)
    }

    private static func a(_ count: Int) -> String { many("a", count) }

    private static func many(_ text: String, _ count: Int) -> String { String(repeating: text, count: count) }

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
